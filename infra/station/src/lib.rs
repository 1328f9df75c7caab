//! The simulated charging station.
