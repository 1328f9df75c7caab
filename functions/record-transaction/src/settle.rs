//! The end of a session: once everything is here, or has been waited for long enough, its CDR and its debt are written at once, with what
//! it says of its connector.

use alerts::{AlertChange, after_settlement, hold_overpaid};
use billing::payment::{self, Debt, Hold, Rest, SessionEnd};
use billing::readings::{Check, Checks, MeterLimits, signed_texts};
use billing::session::{Completeness, Head, SessionState, StoredMessage, completeness};
use billing::settlement::{Case, Outcome, Payer, Settlement, SiteFacts};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use messages::{EventType, HoldId, IdToken, SessionId};
use ports::{
    Driver, HealthRow, KeepHolds, KeepSessions, PortError, ReadDrivers, ReadHealth, ReadStations, ReadTariffs, Saved,
    Settled, Site, Station, StationConnector, VerifyReadings,
};

use crate::hold::{self, Paying};
use crate::{ATTEMPTS, SettlePorts, health};

/// How far settling a session came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// It has its CDR, or waits for a person.
    Settled,
    /// Somebody had settled it before.
    AlreadySettled,
    /// Messages are missing, and there is time left to wait for them.
    Waiting,
    /// It has not ended.
    Open,
}

/// Settles a session if it is complete, or if it has waited for missing messages long enough. Repeating it changes nothing.
///
/// # Errors
/// [`PortError`]: something outside did not answer; nothing or everything is written.
pub async fn settle<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<Settling, PortError>
where
    P: SettlePorts,
{
    for _ in 0..ATTEMPTS {
        let Some(head) = ports.head(session).await? else { return Ok(Settling::Open) };
        match head.state {
            SessionState::Open => return Ok(Settling::Open),
            SessionState::Billed | SessionState::Review => return Ok(Settling::AlreadySettled),
            SessionState::Ended => {}
        }
        let messages = ports.messages(session).await?;
        match completeness(&messages, &MeterLimits::default()) {
            Completeness::Open => return Ok(Settling::Open),
            Completeness::Waiting { .. } if head.due_at.is_some_and(|due_at| now < due_at) => {
                return Ok(Settling::Waiting);
            }
            Completeness::Waiting { .. } | Completeness::Complete => {}
        }
        match close(ports, now, &head, &messages).await? {
            Saved::Done => return Ok(Settling::Settled),
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("settle a session", "others kept writing it"))
}

/// Hands a session whose end never came to a person.
///
/// # Errors
/// [`PortError`].
pub async fn give_up<P>(ports: &P, now: Timestamp, head: &Head) -> Result<(), PortError>
where
    P: SettlePorts,
{
    let messages = ports.messages(&head.session).await?;
    // A conflict means that a message came after all.
    match close(ports, now, head, &messages).await? {
        Saved::Done | Saved::Conflict => Ok(()),
    }
}

/// Settles a session with the messages there are, and writes all that follows.
async fn close<P>(ports: &P, now: Timestamp, head: &Head, messages: &[StoredMessage]) -> Result<Saved, PortError>
where
    P: KeepSessions + KeepHolds + ReadHealth + ReadStations + ReadTariffs + ReadDrivers + VerifyReadings + Sync,
{
    let session = &head.session;
    let site = ports.site(&head.site).await?.ok_or_else(|| missing("the site of a session"))?;
    let station = ports.station(&session.station).await?;
    let tariffs = ports.tariffs(&head.site).await?;
    let started = messages.iter().find(|stored| stored.message.event_type == EventType::Started);
    let token = started.and_then(|stored| stored.message.id_token.as_ref());
    // Whoever stored the beginning may have died before the head knew of it.
    let told = started.and_then(|stored| stored.message.connector);
    let head = &Head { connector: head.connector.or(told), ..head.clone() };
    let (payer, hold) = who_pays(ports, now, head, token).await?;
    let connector = station.as_ref().and_then(|station| connector(station, head));
    let limits = limits(connector);
    let checks = checks(ports, messages, connector);
    let facts = site_facts(&site)?;
    let case =
        Case { session, site: &facts, messages, checks: &checks, tariffs: &tariffs, payer: &payer, limits: &limits };
    let settlement = billing::settlement::settle(&case, now);
    let settled = settled(settlement, hold, head, &site, now);
    let settled = match health::outcome(messages, &limits, now) {
        // A session that was held before has been counted then.
        Some((connector, outcome)) if !head.was_held() => {
            let known = ports.health(&session.station, connector).await?;
            with_health(settled, health::after(known, (&session.station, connector), &site.place(), &outcome, now))
        }
        Some(_) | None => settled,
    };
    let saved = ports.settle(&settled).await?;
    if saved == Saved::Done {
        if let Some(why) = checks.values().find_map(why_forged) {
            tracing::warn!(session.id = %session, why, "a signed reading is not genuine");
        }
        tracing::info!(
            session.id = %session,
            energy_wh = settled.head.energy_wh,
            amount_minor = settled.head.total.map(|total| total.minor),
            state = ?settled.head.state,
            "a session is settled"
        );
    }
    Ok(saved)
}

fn why_forged(check: &Check) -> Option<&str> {
    match check {
        Check::Forged { why } => Some(why),
        Check::Genuine(_) | Check::Unproven(_) => None,
    }
}

pub(crate) fn missing(what: &'static str) -> PortError {
    PortError::new("settle a session", format!("{what} is not in the tables"))
}

pub(crate) fn site_facts(site: &Site) -> Result<SiteFacts, PortError> {
    let time_zone =
        TimeZone::get(&site.time_zone).map_err(|error| PortError::new("read the time zone of a site", error))?;
    Ok(SiteFacts {
        id: site.id.clone(),
        name: site.name.clone(),
        time_zone,
        currency: site.currency,
        seller: site.seller.clone(),
    })
}

pub(crate) fn connector<'a>(station: &'a Station, head: &Head) -> Option<&'a StationConnector> {
    head.connector.and_then(|key| station.connectors.iter().find(|connector| connector.key == key))
}

/// No step of a register may exceed what the connector can deliver.
pub(crate) fn limits(connector: Option<&StationConnector>) -> MeterLimits {
    match connector.and_then(|connector| connector.max_w) {
        Some(max_w) => MeterLimits { max_power_w: i64::from(max_w), ..MeterLimits::default() },
        None => MeterLimits::default(),
    }
}

/// What the signed readings of a session are, under the key of its connector's meter.
fn checks(ports: &impl VerifyReadings, messages: &[StoredMessage], connector: Option<&StationConnector>) -> Checks {
    let key = connector.and_then(|connector| connector.meter_public_key.as_deref());
    signed_texts(messages).into_iter().map(|text| (text.to_owned(), ports.verify_reading(text, key))).collect()
}

/// The payer of a session, and the hold that they pay with, where they are known by nothing else.
async fn who_pays<P>(
    ports: &P,
    now: Timestamp,
    head: &Head,
    token: Option<&IdToken>,
) -> Result<(Payer, Option<Hold>), PortError>
where
    P: KeepHolds + ReadDrivers + Sync,
{
    let Some(token) = token else { return Ok((Payer::Nobody, None)) };
    if let Some(id) = HoldId::of_token(token) {
        return Ok(match hold::paying(ports, now, head, &id).await? {
            Paying::Hold(hold) => (hold::payer(&hold), Some(*hold)),
            Paying::TurnedAway | Paying::Unknown => (Payer::Nobody, None),
        });
    }
    Ok((ports.driver_of(token).await?.map_or(Payer::Nobody, payer), None))
}

fn payer(driver: Driver) -> Payer {
    Payer::Known {
        group: driver.group,
        payer: payment::Payer {
            driver: driver.id,
            customer: driver.stripe_customer,
            payment_method: driver.payment_method,
            receipt_email: driver.email,
            contact: payment::Contact { phone: driver.phone, language: driver.language.as_tag().to_owned() },
        },
    }
}

/// Everything that is written at the end of a session.
fn settled(settlement: Settlement, hold: Option<Hold>, read: &Head, site: &Site, now: Timestamp) -> Settled {
    let alerts = after_settlement(&settlement, read.was_held(), &site.place(), now);
    if let Some(hold) = hold {
        return held(settlement, &hold, read.version, alerts, now);
    }
    let head = Head { version: read.version, ..settlement.head };
    let (cdr, debt) = match settlement.outcome {
        Outcome::Billed { cdr, due, payer: Payer::Known { payer, .. } } => {
            let place = payment::Place {
                name: site.name.clone(),
                time_zone: site.time_zone.clone(),
                language: site.language.as_tag().to_owned(),
            };
            let debt = Debt::computed(head.session.clone(), site.id.clone(), due, payer, place, now);
            (Some(*cdr), Some(debt))
        }
        Outcome::Billed { cdr, payer: Payer::Nobody, .. } => (Some(*cdr), None),
        Outcome::Held { .. } => (None, None),
    };
    Settled { head, cdr, debt, hold: None, health: None, alerts }
}

/// The end of a session that a hold pays for: the hold is told, and pays. Where it has ended before, what is left is owed now.
fn held(settlement: Settlement, hold: &Hold, version: u64, mut alerts: Vec<AlertChange>, now: Timestamp) -> Settled {
    let head = Head { version, ..settlement.head };
    let (cdr, end) = match settlement.outcome {
        Outcome::Billed { cdr, due, payer: _ } => (Some(*cdr), SessionEnd::Billed { due }),
        Outcome::Held { .. } => (None, SessionEnd::NotBilled),
    };
    let hold = hold.ended(end, now);
    let debt = match hold.rest(now) {
        Some((Rest::Owed(debt), _)) => Some(*debt),
        Some((Rest::Overpaid(money), _)) => {
            alerts.extend(hold_overpaid(&hold, money, now));
            None
        }
        Some((Rest::WrittenOff(_) | Rest::Nothing, _)) | None => None,
    };
    Settled { head, cdr, debt, hold: Some(hold), health: None, alerts }
}

/// The same end, with what it says of its connector.
fn with_health(mut settled: Settled, (health, alerts): (Option<HealthRow>, Vec<AlertChange>)) -> Settled {
    settled.health = health;
    settled.alerts.extend(alerts);
    settled
}
