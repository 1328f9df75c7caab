//! Why the engines may differ. Each rule is a condition on the case, a reason, and a change after which both must agree.

use std::collections::BTreeSet;

use crate::case::{Case, Element, Period, Range, Restrictions};
use crate::reading;

/// A known reason for a difference; in the order in which the changes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    TaxIncluded,
    Reservation,
    WholeDay,
    NotMeasured,
    Ranges,
    WholeSeconds,
    Boundary,
    FreeVolume,
    NothingLast,
    ChargingLast,
    Limits,
}

/// What is to be known of a rule.
pub(crate) struct About {
    pub(crate) rule: Rule,
    pub(crate) name: &'static str,
    /// What the other engine does, and who is right.
    pub(crate) reason: &'static str,
    /// What is done so that both must agree.
    pub(crate) change: &'static str,
}

/// Every rule.
pub(crate) const RULES: [About; 11] = [
    About {
        rule: Rule::TaxIncluded,
        name: "tax-included",
        reason: "`tax_included` is a field of 2.3.0, which the crate does not read",
        change: "its tariff has the prices before tax",
    },
    About {
        rule: Rule::Reservation,
        name: "reservation",
        reason: "the crate knows no reservations: their elements price the session, their time is free",
        change: "it prices session and reservation as two sessions, each under its own elements",
    },
    About {
        rule: Rule::WholeDay,
        name: "whole-day",
        reason: "to the crate a window that ends as it starts, or ends at 00:00, never applies; to us it is the whole day",
        change: "its tariff has no such window",
    },
    About {
        rule: Rule::NotMeasured,
        name: "not-measured",
        reason: "to the crate a current or power that was not measured meets any condition; to us an average does, or none",
        change: "its CDR states what we conclude",
    },
    About {
        rule: Rule::Ranges,
        name: "range",
        reason: "the limit lies between the least and the most of a period: the crate takes it if some of the period meets it, we if all of it does",
        change: "its CDR has MIN and MAX exchanged",
    },
    About {
        rule: Rule::WholeSeconds,
        name: "whole-seconds",
        reason: "hours with few digits are no whole seconds; we take the nearest, the crate the digits",
        change: "its CDR has the hours of whole seconds",
    },
    About {
        rule: Rule::Boundary,
        name: "boundary",
        reason: "the crate prices a period as a whole by what holds at its start (mod_cdrs asks operators to cut); we cut it",
        change: "its CDR is cut minute by minute of the wall clock, and where a duration or an energy is reached",
    },
    About {
        rule: Rule::FreeVolume,
        name: "step-over-free",
        reason: "the crate rounds up the volume of a dimension with what of it has no price; we what is billed",
        change: "it prices without steps; what rounding adds is computed from the elements it chose",
    },
    About {
        rule: Rule::NothingLast,
        name: "step-over-nothing",
        reason: "the last period of a dimension has a volume of 0 under another price: the crate rounds up by its step, we by that of the last volume",
        change: "as for step-over-free",
    },
    About {
        rule: Rule::ChargingLast,
        name: "step-charging-last",
        reason: "charging follows parking: the crate rounds up parking time wherever it has a price, we what is priced last",
        change: "as for step-over-free",
    },
    About {
        rule: Rule::Limits,
        name: "limits",
        reason: "the crate compares totals before tax, and after tax only if these are equal, and takes over both sides of a limit; by OCPI each side applies by itself",
        change: "it prices without limits, which are then applied side by side",
    },
];

impl Rule {
    /// Whether the case is one of those that the rule is about; `shown` are those that told so when it was priced under every rule.
    pub(crate) fn applies(self, case: &Case, shown: &BTreeSet<Self>) -> bool {
        let elements = &case.tariff.elements;
        let restrictions = || elements.iter().map(|element| &element.restrictions);
        match self {
            Self::TaxIncluded => {
                let has_vat = |element: &Element| element.components.iter().any(|component| component.vat.is_some());
                case.tariff.tax_included.is_some_and(|taxes| taxes != "NO") && elements.iter().any(has_vat)
            }
            Self::Reservation => {
                restrictions().any(|restrictions| restrictions.reservation.is_some())
                    || case.session.periods.iter().any(Period::is_reservation)
            }
            Self::WholeDay => restrictions().any(is_whole_day),
            Self::NotMeasured => {
                let lacks = |measured: Range| measured.min.is_none() || measured.max.is_none();
                let by_current = restrictions().any(|restrictions| !restrictions.current.is_none());
                let by_power = restrictions().any(|restrictions| !restrictions.power.is_none());
                let lacks = |period: &Period| by_current && lacks(period.current) || by_power && lacks(period.power);
                case.session.periods.iter().any(lacks)
            }
            Self::Ranges => case.session.periods.iter().any(|period| {
                let filled = reading::measured(period);
                restrictions().any(|restrictions| {
                    splits(filled.current, restrictions.current) || splits(filled.power, restrictions.power)
                })
            }),
            Self::WholeSeconds => case.session.periods.iter().any(|period| reading::whole_seconds(period) != *period),
            Self::Boundary | Self::FreeVolume | Self::NothingLast | Self::ChargingLast | Self::Limits => {
                shown.contains(&self)
            }
        }
    }
}

/// A window that lasts all day: `00:00` ends the day, and nothing lies between a time and itself.
pub(crate) fn is_whole_day(restrictions: &Restrictions) -> bool {
    match (restrictions.start_time, restrictions.end_time) {
        (Some(start), Some(end)) => start == end,
        (None, Some(end)) => end == 0,
        (Some(_) | None, None) => false,
    }
}

/// Whether one of the limits lies between the least and the most.
fn splits(measured: Range, limits: Range) -> bool {
    let (Some(least), Some(most)) = (measured.min, measured.max) else {
        return !limits.is_none() && measured.min.is_some() != measured.max.is_some();
    };
    [limits.min, limits.max].into_iter().flatten().any(|limit| (least < limit) != (most < limit))
}
