//! The totals of a CDR: what was measured and what it costs.

use crate::decimal::Decimal;
use crate::exact::Exact;
use crate::object::Object;
use crate::pricing::{Line, Note, Period, Price, Priced, RoundedCost};

/// Digits after the point of hours: fine enough that a second is found again.
const HOUR_PLACES: u32 = 10;

/// What the periods of a CDR add up to, in OCPI's names.
#[derive(Debug, Clone)]
pub(crate) struct Totals {
    pub(crate) total_cost: Price,
    pub(crate) total_fixed_cost: Price,
    pub(crate) total_energy: Decimal,
    pub(crate) total_energy_cost: Price,
    pub(crate) total_time: Decimal,
    pub(crate) total_time_cost: Price,
    pub(crate) total_parking_time: Decimal,
    pub(crate) total_parking_cost: Price,
    pub(crate) total_reservation_cost: Price,
    pub(crate) rounded_cost: RoundedCost,
    pub(crate) lines: Vec<Line>,
    pub(crate) notes: Vec<Note>,
}

impl Totals {
    pub(crate) fn new(periods: &[Period], priced: Priced) -> Option<Self> {
        let energy_wh = periods.iter().try_fold(Exact::ZERO, |sum, period| sum.plus(period.energy_wh))?;
        let sum = |seconds: fn(&Period) -> i64| {
            periods.iter().try_fold(0_i64, |sum, period| sum.checked_add(seconds(period)))
        };
        let session_s = sum(|period| if period.is_reservation() { 0 } else { period.end_s - period.start_s })?;
        Some(Self {
            total_cost: priced.total.price()?,
            total_fixed_cost: priced.fixed.price()?,
            total_energy: Decimal::rounded(energy_wh.over(Exact::whole(1000))?, HOUR_PLACES)?.shortest(),
            total_energy_cost: priced.energy.price()?,
            total_time: hours(session_s)?,
            total_time_cost: priced.time.price()?,
            total_parking_time: hours(sum(|period| period.parking_s)?)?,
            total_parking_cost: priced.parking.price()?,
            total_reservation_cost: priced.reservation.price()?,
            rounded_cost: priced.rounded,
            lines: priced.lines,
            notes: priced.notes,
        })
    }

    /// Writes every total into a CDR.
    pub(crate) fn write(&self, cdr: &mut Object) {
        cdr.set("total_cost", &self.total_cost);
        cdr.set("total_fixed_cost", &self.total_fixed_cost);
        cdr.set("total_energy", &self.total_energy);
        cdr.set("total_energy_cost", &self.total_energy_cost);
        cdr.set("total_time", &self.total_time);
        cdr.set("total_time_cost", &self.total_time_cost);
        cdr.set("total_parking_time", &self.total_parking_time);
        cdr.set("total_parking_cost", &self.total_parking_cost);
        cdr.set("total_reservation_cost", &self.total_reservation_cost);
        cdr.set("rounded_cost", &self.rounded_cost);
        cdr.set("lines", &self.lines);
        cdr.set("notes", &self.notes);
    }
}

/// Seconds as hours.
pub(crate) fn hours(seconds: i64) -> Option<Decimal> {
    Some(Decimal::rounded(Exact::whole(seconds).over(Exact::whole(3600))?, HOUR_PLACES)?.shortest())
}
