//! Energy and time to price, by OCPI's rules, exactly.
//!
//! [`Rates`] is a tariff made ready; [`Rates::price`] cuts the periods at every boundary at which a price may change, adds up what falls
//! under each price, rounds volumes up by their step size, applies the limits and rounds to money once per VAT rate.

mod conditions;
mod cut;
mod limit;
mod offers;
mod outcome;
mod period;
mod rates;
mod rounding;
mod runs;
mod steps;
mod stretch;
mod sum;
mod walk;
mod wall_clock;
mod whole;

pub use outcome::{Line, LineDimension, Note, Price, RoundedCost, Unit, VatShare};
pub use period::{Bounds, Period};
pub use rates::Rates;
pub use sum::{Amount, Priced};
