//! A finished, priced, immutable session, in OCPI's words where OCPI has one.

mod credit;
mod draw;
mod mask;
mod period;
mod signed;
mod totals;

use std::collections::BTreeSet;

use jiff::Timestamp;
use messages::{SessionId, SiteId, StationId, TariffId};
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::flags::Flag;
use crate::money::{Currency, Money};
use crate::pricing::{Line, Note, Price, RoundedCost};
use crate::tariff::Tariff;

pub(crate) use draw::Sale;
pub use mask::mask;
pub use period::{CdrDimension, CdrDimensionType, CdrPeriod};
pub use signed::SignedReadings;
pub(crate) use totals::Totals;

/// Who sells the energy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seller {
    /// Name of the company or person.
    pub name: String,
    /// VAT identification number.
    #[serde(default)]
    pub vat_id: Option<String>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<String>,
    /// How to complain: an e-mail address, a phone number or a page.
    #[serde(default)]
    pub contact: Option<String>,
}

/// Where energy was sold (OCPI `CdrLocation`, as far as a receipt needs it).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CdrLocation {
    /// The site.
    pub id: SiteId,
    /// Its name, as people call it.
    pub name: String,
}

/// A charge detail record. It never changes; corrections are records of their own.
///
/// The same messages, tariff and site give the same record in any order and any repetition, except for `created_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cdr {
    /// Names this record.
    pub id: String,
    /// The session it bills.
    pub session_id: SessionId,
    /// The site, by the name it had at the time; none where messages were billed without one.
    #[serde(default)]
    pub cdr_location: Option<CdrLocation>,
    /// The charging station.
    pub station: StationId,
    /// The EVSE of the station.
    pub evse_id: u16,
    /// The connector of the EVSE.
    pub connector_id: u16,
    /// The id token, all but its end masked.
    pub token: String,
    /// Start of the session, or of the reservation before it; whole seconds.
    pub start_date_time: Timestamp,
    /// End of the session; whole seconds.
    pub end_date_time: Timestamp,
    /// IANA name of the wall clock that prices and the receipt go by.
    pub time_zone: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Who sells.
    pub seller: Seller,
    /// The assignment that chose the tariff.
    pub tariff_id: TariffId,
    /// The tariff as it was at the start; exactly one.
    pub tariffs: Vec<Tariff>,
    /// What was measured, piece by piece.
    pub charging_periods: Vec<CdrPeriod>,
    /// The register when energy began to count, Wh.
    pub register_start_wh: i64,
    /// The register when energy ceased to count, Wh.
    pub register_end_wh: i64,
    /// What the signatures of the meter's readings are worth.
    #[serde(default)]
    pub signed_readings: SignedReadings,
    /// The energy that is priced, Wh: the sum of the periods.
    pub energy_wh: i64,
    /// Time charging, seconds.
    pub charging_s: i64,
    /// Time in which the vehicle asked for nothing, seconds.
    pub parking_s: i64,
    /// Time reserved before the session, seconds.
    pub reservation_s: i64,
    /// What it costs.
    pub total_cost: Price,
    /// Of it, fees without a volume, except for the reservation.
    pub total_fixed_cost: Price,
    /// Energy, kWh.
    pub total_energy: Decimal,
    /// Of the cost, what energy makes.
    pub total_energy_cost: Price,
    /// Duration of the session without its reservation, hours.
    pub total_time: Decimal,
    /// Of the cost, what charging time makes.
    pub total_time_cost: Price,
    /// Parking time, hours.
    pub total_parking_time: Decimal,
    /// Of the cost, what parking time makes.
    pub total_parking_cost: Price,
    /// Of the cost, what the reservation makes.
    pub total_reservation_cost: Price,
    /// What is paid: rounded to the minor unit, per VAT rate.
    pub rounded_cost: RoundedCost,
    /// How the total comes about; their sum is the total.
    pub lines: Vec<Line>,
    /// What else there is to say, each with its code and place.
    pub notes: Vec<Note>,
    /// What is remarkable about the session.
    pub flags: BTreeSet<Flag>,
    /// Whether this record takes another one back; its costs are negative then.
    #[serde(default)]
    pub credit: bool,
    /// The record that is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_reference_id: Option<String>,
    /// When this record was made.
    pub created_at: Timestamp,
}

impl Cdr {
    /// The id of the record that bills a session; corrections have ids of their own.
    #[must_use]
    pub fn id_of(session: &SessionId) -> String {
        format!("{session}:1")
    }

    /// What has to be paid, tax included.
    #[must_use]
    pub fn due(&self) -> Money {
        Money { minor: self.rounded_cost.incl_minor, currency: self.currency }
    }
}
