//! What a receipt says, per language.

mod de;
mod en;

use messages::Language;

use super::PaymentShown;
use crate::cdr::SignedReadings;
use crate::flags::Flag;
use crate::pricing::LineDimension;
use crate::tariff::TaxIncluded;

/// Every text of a receipt in one language.
pub(super) struct Texts {
    pub(super) receipt: &'static str,
    pub(super) credit: &'static str,
    pub(super) number: &'static str,
    pub(super) issued: &'static str,
    pub(super) supplied: &'static str,
    pub(super) record: &'static str,
    pub(super) takes_back: &'static str,
    pub(super) vat_id: &'static str,
    pub(super) total: &'static str,
    pub(super) vat_within: fn(&str) -> String,

    pub(super) session: &'static str,
    pub(super) site: &'static str,
    pub(super) station: &'static str,
    pub(super) evse: &'static str,
    pub(super) connector: &'static str,
    pub(super) token: &'static str,
    pub(super) start: &'static str,
    pub(super) end: &'static str,
    pub(super) charging: &'static str,
    pub(super) idle: &'static str,
    pub(super) reservation: &'static str,
    pub(super) local_times: fn(&str) -> String,

    pub(super) meter: &'static str,
    pub(super) register_start: &'static str,
    pub(super) register_end: &'static str,
    pub(super) energy: &'static str,
    pub(super) signature: &'static str,

    pub(super) lines: &'static str,
    pub(super) item: &'static str,
    pub(super) measured: &'static str,
    pub(super) billed: &'static str,
    pub(super) unit_price: &'static str,
    pub(super) vat: &'static str,
    pub(super) net: &'static str,
    pub(super) gross: &'static str,
    pub(super) no_vat: &'static str,
    pub(super) per_hour: &'static str,
    pub(super) price_gross: fn(&str) -> String,
    pub(super) price_net: fn(&str) -> String,

    pub(super) vat_rates: &'static str,
    pub(super) rate: &'static str,
    pub(super) sum: &'static str,
    pub(super) overall: &'static str,
    /// To which unit, and whether the gross side is rounded.
    pub(super) rounding: fn(&str, bool) -> String,

    pub(super) tariff: &'static str,
    pub(super) version: &'static str,
    pub(super) prices: &'static str,
    pub(super) more: &'static str,

    pub(super) remarks: &'static str,
    pub(super) step: fn(usize, &str) -> String,
    pub(super) not_priced: &'static str,
    pub(super) minimum: &'static str,
    pub(super) maximum: &'static str,
    pub(super) spread: &'static str,

    pub(super) complaints: &'static str,
    pub(super) complaints_to: &'static str,

    pub(super) dimension: fn(LineDimension) -> &'static str,
    pub(super) flag: fn(Flag) -> &'static str,
    pub(super) signed: fn(SignedReadings) -> (&'static str, &'static str),
    pub(super) taxes: fn(TaxIncluded) -> &'static str,
    /// The payment of a receipt or, if so said, of a credit note; the date is that of the payment.
    pub(super) payment: fn(PaymentShown, bool, &str) -> String,
}

impl Texts {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::TEXTS,
            Language::De => &de::TEXTS,
        }
    }
}
