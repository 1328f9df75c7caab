//! What the functions need from the outside, by capability.
