//! Samples to connector state and fault episodes.
