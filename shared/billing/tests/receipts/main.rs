//! Receipts, as people read them.
#![cfg(test)]

mod promises;
mod scenes;
mod shown;
