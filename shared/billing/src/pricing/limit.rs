//! The least and the most that a session costs (OCPI `min_price`, `max_price`).

use super::sum::Amount;
use crate::exact::Exact;
use crate::tariff::PriceLimit;

/// Which way a limit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    AtLeast,
    AtMost,
}

impl Side {
    fn hold(self, value: Exact, limit: Exact) -> Exact {
        match self {
            Self::AtLeast => value.max(limit),
            Self::AtMost => value.min(limit),
        }
    }
}

/// The total within a limit. The side before tax and the side after tax act each by itself. Where the limit names only the side before
/// tax, or no tax applies, the side after tax follows the one before.
pub(super) fn apply(side: Side, limit: PriceLimit, total: Amount, tax_factor: Exact) -> Option<Amount> {
    let excl = side.hold(total.excl, limit.excl_vat.exact());
    let untaxed = total.incl == total.excl;
    let incl = match limit.incl_vat {
        Some(incl_limit) if untaxed => side.hold(excl, incl_limit.exact()),
        Some(incl_limit) => side.hold(total.incl, incl_limit.exact()),
        None if excl == total.excl => total.incl,
        None if total.excl.is_zero() => excl.times(tax_factor)?,
        None => total.incl.in_proportion(excl, total.excl)?,
    };
    Some(Amount { excl, incl })
}
