//! Laws of the engine, for any tariff and any session.
#![cfg(test)]

mod generate;
mod lint;
mod pricing;
mod receipt;
mod settlement;
