//! Laws of the engine, for any tariff and any session.

mod generate;
mod pricing;
mod settlement;
