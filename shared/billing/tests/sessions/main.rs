//! Sessions from their messages: what is measured, what is billed, what is held for a person.
#![cfg(test)]

mod fixture;
mod heads;
mod meters;
mod settlements;
mod signatures;
