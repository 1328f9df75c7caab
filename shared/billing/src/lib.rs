//! Readings to energy, energy to price, price to receipt and payment. Pure: no I/O, no clock, no floats; time and ids are arguments.
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::lossy_float_literal)]

pub mod assignment;
mod bill;
pub mod cdr;
mod decimal;
mod error;
mod exact;
mod flags;
pub mod money;
mod object;
pub mod payment;
mod price;
pub mod pricing;
pub mod readings;
pub mod receipt;
pub mod session;
pub mod settlement;
pub mod tariff;

pub use bill::{BillLine, Delivered, bill};
pub use decimal::{BadDecimal, Decimal};
pub use error::{Invalid, PricingError};
pub use exact::Exact;
pub use flags::{Diagnostic, Flag};
pub use object::Object;
pub use price::{CaseAnswer, price, price_case, time_zone};
