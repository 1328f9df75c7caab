//! What is found, and how much it matters.

use serde::{Deserialize, Serialize};

/// Something to say of a tariff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Names the kind of finding.
    pub code: FindingCode,
    /// Whether to act on it.
    pub severity: Severity,
    /// Where in the JSON, e.g. `elements[1].restrictions`.
    pub path: String,
    /// For people.
    pub text: String,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Hardly anybody can mean this.
    Warning,
    /// It may well be meant.
    Advice,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// Elements before this one apply whenever it does, for every dimension that it has.
    Unreachable,
    /// Two elements overlap, and only their order says which price counts.
    OrderDecides,
    /// A second price of a dimension in one element; the first counts.
    Shadowed,
    /// There are times or amounts at which a dimension has no price.
    NoFallback,
    /// Bounds that nothing lies between.
    Impossible,
    /// A window that ends as it starts: the whole day to some, nothing to others.
    SameStartAndEnd,
    /// A window over midnight on days of the week: what is after midnight belongs to the next day.
    WeekdaysOverMidnight,
    /// The tariff ends before it starts.
    NeverValid,
    /// A reservation has a fee and a time only.
    NotForReservations,
    /// Volumes are rounded up by more than a unit.
    StepSize,
    /// A component without VAT beside components with VAT.
    VatMissing,
    /// No component has VAT.
    VatNowhere,
    /// VAT where no tax applies.
    VatWithoutTax,
    /// A limit before tax only, though prices have VAT.
    LimitBeforeTaxOnly,
    /// A price of nothing.
    ZeroPrice,
    /// A price below nothing.
    NegativePrice,
    /// An ad hoc price of another kind than per kWh (AFIR, 50 kW and more).
    AdHocNotPerKwh,
    /// Ad hoc prices in another order than they must be shown in (AFIR, below 50 kW).
    AdHocOrder,
    /// Prices that take explaining, without a text.
    TextMissing,
    /// A field that partners require is missing.
    OwnerMissing,
    /// An id that partners cut off.
    IdTooLong,
}

impl Finding {
    pub(super) fn warning(code: FindingCode, path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Warning, path: path.into(), text: text.into() }
    }

    pub(super) fn advice(code: FindingCode, path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Advice, path: path.into(), text: text.into() }
    }
}
