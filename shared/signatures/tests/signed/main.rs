//! Signed readings, from the text to the bill.
#![cfg(test)]

mod hostile;
mod keys;
mod meter;
mod published;
mod sessions;
mod texts;
