//! Laws of the engine, for any tariff and any session.
#![cfg(test)]

mod generate;
mod pricing;
mod receipt;
mod settlement;
