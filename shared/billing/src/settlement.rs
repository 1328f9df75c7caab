//! The end of a session: its messages, its tariff and its payer become a CDR and what is owed, or a reason why a person must look.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use messages::{SessionId, SiteId};
use serde::{Deserialize, Serialize};

use crate::assignment::{self, AssignedTariff};
use crate::cdr::{Cdr, CdrLocation, Sale, Seller};
use crate::flags::Flag;
use crate::money::{Currency, Money};
use crate::payment;
use crate::readings::{Checks, Measurement, MeterLimits, Unmeasurable, measure};
use crate::session::{Head, StoredMessage, missing};

/// What a bill needs to know of the site.
#[derive(Debug, Clone)]
pub struct SiteFacts {
    /// The site.
    pub id: SiteId,
    /// Its name, as people call it.
    pub name: String,
    /// Its wall clock, by IANA name.
    pub time_zone: TimeZone,
    /// The currency it sells in.
    pub currency: Currency,
    /// Who sells there.
    pub seller: Seller,
}

/// Who pays for a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payer {
    /// The driver that the id token belongs to.
    Known {
        /// Their group, for tariffs of their own.
        group: Option<String>,
        /// Who they are and what they pay with.
        payer: payment::Payer,
    },
    /// Nobody is known by the id token: priced, told to the operator, charged to nobody.
    Nobody,
}

/// The end of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The head as the messages and the bill make it; its version is 0, whoever writes sets the one that was read.
    pub head: Head,
    /// The bill, or why there is none.
    pub outcome: Outcome,
}

/// The bill, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is priced.
    Billed {
        /// The record.
        cdr: Box<Cdr>,
        /// What has to be paid; may be zero.
        due: Money,
        /// By whom.
        payer: Payer,
    },
    /// A person must look.
    Held {
        /// Why.
        reason: HeldReason,
    },
}

/// Why a session is not billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// Its `Started` never came.
    NoStarted,
    /// Its `Ended` never came.
    NoEnded,
    /// No reading from which energy could be told.
    NoReading,
    /// The register ended below its start.
    NegativeEnergy,
    /// No tariff applied at the start.
    NoTariff,
    /// The tariff cannot price it: another currency than the site's, or amounts beyond all reason.
    UnusableTariff,
}

/// Everything that decides how a session ends, except when.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The session.
    pub session: &'a SessionId,
    /// Where it happened.
    pub site: &'a SiteFacts,
    /// Its messages, in any order.
    pub messages: &'a [StoredMessage],
    /// What the checks of their signed readings said.
    pub checks: &'a Checks,
    /// The tariffs of the site.
    pub tariffs: &'a [AssignedTariff],
    /// Who pays.
    pub payer: &'a Payer,
    /// What is believed of the meter.
    pub limits: &'a MeterLimits,
}

/// Settles a session; depends on the set of messages only, not on their order or repetition. Whether it is time to settle is said by
/// [`crate::session::completeness`]: what is missing then is flagged.
#[must_use]
pub fn settle(case: &Case<'_>, now: Timestamp) -> Settlement {
    let head = Head::of(case.session.clone(), case.site.id.clone(), case.messages, case.limits);
    match bill(case, now) {
        Ok((measurement, cdr)) => {
            let due = cdr.due();
            let head = head.billed(&measurement, &cdr);
            Settlement { head, outcome: Outcome::Billed { cdr: Box::new(cdr), due, payer: case.payer.clone() } }
        }
        Err(Unmeasurable { reason, flags }) => {
            let missing = head.ended_seq.map_or_else(Vec::new, |ended| missing(case.messages, ended));
            Settlement { head: head.held(reason, flags, missing), outcome: Outcome::Held { reason } }
        }
    }
}

fn bill(case: &Case<'_>, now: Timestamp) -> Result<(Measurement, Cdr), Unmeasurable> {
    let &Case { session, site, messages, checks, tariffs, payer, limits } = case;
    let mut measurement = measure(messages, limits)?.judged(messages, checks);
    let group = match payer {
        Payer::Known { group, payer: _ } => group.as_deref(),
        Payer::Nobody => {
            measurement.flags.insert(Flag::NoPayer);
            None
        }
    };
    let start = Timestamp::from_second(measurement.started_s).unwrap_or(Timestamp::MIN);
    let Some(assigned) = assignment::choose(tariffs, measurement.connector.evse_id, group, start) else {
        measurement.flags.insert(Flag::NoTariff);
        return Err(Unmeasurable { reason: HeldReason::NoTariff, flags: measurement.flags });
    };
    let unusable = |flags| Unmeasurable { reason: HeldReason::UnusableTariff, flags };
    if assigned.tariff.currency != site.currency {
        return Err(unusable(measurement.flags));
    }
    let location = CdrLocation { id: site.id.clone(), name: site.name.clone() };
    let sale = Sale {
        session,
        tariff_id: &assigned.id,
        tariff: &assigned.tariff,
        time_zone: &site.time_zone,
        seller: &site.seller,
        location: Some(&location),
    };
    match Cdr::draw_up(&sale, &measurement, now) {
        Ok(cdr) => Ok((measurement, cdr)),
        Err(_) => Err(unusable(measurement.flags)),
    }
}
