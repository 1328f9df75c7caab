//! The webhook over ports that remember.
#![cfg(test)]

mod matrix;
mod memory;
mod returns;
mod samples;
