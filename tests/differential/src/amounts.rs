//! What a session costs, by what makes the cost.

use std::fmt;

use rust_decimal::Decimal;

/// An amount before and after tax.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Amount {
    pub(crate) excl: Decimal,
    pub(crate) incl: Decimal,
}

impl Amount {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { excl: self.excl + other.excl, incl: self.incl + other.incl }
    }

    pub(crate) fn is_near(self, other: Self, tolerance: Decimal) -> bool {
        (self.excl - other.excl).abs() <= tolerance && (self.incl - other.incl).abs() <= tolerance
    }
}

/// The total of a session and its parts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) total: Amount,
    pub(crate) fixed: Amount,
    pub(crate) energy: Amount,
    pub(crate) time: Amount,
    pub(crate) parking: Amount,
    pub(crate) reservation: Amount,
}

/// Our amounts are written to six places.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 6);
/// The other engine rounds the total to four places.
const ROUNDED_TOLERANCE: Decimal = Decimal::from_parts(51, 0, 0, false, 6);

impl Totals {
    /// Whether both say the same: to a millionth of the currency's unit, the total to half a ten-thousandth where it is `rounded`.
    pub(crate) fn agree(&self, other: &Self, rounded: bool) -> bool {
        let tolerance = if rounded { ROUNDED_TOLERANCE } else { TOLERANCE };
        self.total.is_near(other.total, tolerance)
            && self.fixed.is_near(other.fixed, TOLERANCE)
            && self.energy.is_near(other.energy, TOLERANCE)
            && self.time.is_near(other.time, TOLERANCE)
            && self.parking.is_near(other.parking, TOLERANCE)
            && self.reservation.is_near(other.reservation, TOLERANCE)
    }

    /// The parts together, without limits.
    pub(crate) fn sum(&self) -> Amount {
        [self.fixed, self.energy, self.time, self.parking, self.reservation]
            .into_iter()
            .fold(Amount::default(), Amount::plus)
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("total", self.total),
            ("fixed", self.fixed),
            ("energy", self.energy),
            ("time", self.time),
            ("parking", self.parking),
            ("reservation", self.reservation),
        ];
        let shown = parts.iter().filter(|(name, amount)| *name == "total" || *amount != Amount::default());
        for (index, (name, amount)) in shown.enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name} {:.6}/{:.6}", amount.excl, amount.incl)?;
        }
        Ok(())
    }
}
