//! A session of somebody who is not known: its token names a hold, which pays for it and must not be used up while it runs.

use billing::payment::{Bound, Hold, Supply, usage};
use billing::session::{Head, SessionState};
use billing::settlement::{Case, Payer};
use faults::Current;
use jiff::{SignedDuration, Timestamp};
use messages::{Command, CommandKind, HoldId};
use ports::{
    CommandStations, KeepHolds, PortError, ReadStations, ReadTariffs, Saved, Station, StationConnector, StoreMessages,
    WithHold,
};

use crate::ATTEMPTS;
use crate::settle::{connector, limits, missing, site_facts};

/// A station that sees a stop command later than this after we sent it does nothing.
const STOP_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What a connector is believed to deliver that does not say: W.
const AC_MAX_W: i64 = 22_000;
const DC_MAX_W: i64 = 400_000;

/// What a token of a hold is worth to a session.
pub(crate) enum Paying {
    /// It pays.
    Hold(Box<Hold>),
    /// It pays for another session, or nothing is held.
    TurnedAway,
    /// There is no such hold.
    Unknown,
}

/// The hold as the payer of a session, from now on if it was not before. One that is billed has found its payer, or none.
pub(crate) async fn paying<P>(ports: &P, now: Timestamp, head: &Head, id: &HoldId) -> Result<Paying, PortError>
where
    P: KeepHolds + Sync,
{
    let session = &head.session;
    for _ in 0..ATTEMPTS {
        let Some(hold) = ports.hold(id).await? else { return Ok(Paying::Unknown) };
        let bound = match hold.bound_to(session, head.connector, now) {
            Ok(Bound::Before) => return Ok(Paying::Hold(Box::new(hold))),
            Ok(Bound::Now(_)) if head.state == SessionState::Billed => return Ok(Paying::TurnedAway),
            Ok(Bound::Now(bound)) => bound,
            Err(why) => {
                tracing::warn!(session.id = %session, hold.id = %id, error = &why as &dyn std::error::Error, "a hold does not pay");
                return Ok(Paying::TurnedAway);
            }
        };
        match ports.save_hold(&bound, &WithHold::default()).await? {
            Saved::Done => {
                tracing::info!(session.id = %session, hold.id = %id, amount_minor = bound.amount.minor, "a hold pays for a session");
                let version = bound.version + 1;
                return Ok(Paying::Hold(Box::new(Hold { version, ..*bound })));
            }
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("bind a hold to its session", "others kept writing it"))
}

/// Looks what a running session has cost, and stops it before its hold is used up; again at every message while it runs.
pub(crate) async fn watch<P>(ports: &P, now: Timestamp, station: &Station, head: &Head) -> Result<(), PortError>
where
    P: KeepHolds + StoreMessages + ReadStations + ReadTariffs + CommandStations + Sync,
{
    let Some(id) = head.id_token.as_ref().and_then(HoldId::of_token) else { return Ok(()) };
    if head.state != SessionState::Open {
        return Ok(());
    }
    let Paying::Hold(hold) = paying(ports, now, head, &id).await? else {
        return ports.command(&station.id, &stop(head, now)).await;
    };
    let site = ports.site(&head.site).await?.ok_or_else(|| missing("the site of a session"))?;
    let tariffs = ports.tariffs(&head.site).await?;
    let messages = ports.messages(&head.session).await?;
    let place = connector(station, head);
    let case = Case {
        session: &head.session,
        site: &site_facts(&site)?,
        messages: &messages,
        checks: &billing::readings::Checks::new(),
        tariffs: &tariffs,
        payer: &payer(&hold),
        limits: &limits(place),
    };
    let usage = usage(&case, supply(place), now);
    if let Some(changed) = usage.and_then(|usage| hold.with_used(usage.used)) {
        // Whoever wrote in between leaves the figure to the next message.
        let (Saved::Done | Saved::Conflict) = ports.save_hold(&changed, &WithHold::default()).await?;
    }
    if hold.must_stop(usage.as_ref(), now) {
        tracing::info!(session.id = %head.session, hold.id = %id, "a session is stopped before its hold is used up");
        ports.command(&station.id, &stop(head, now)).await?;
    }
    Ok(())
}

/// Who pays with a hold.
pub(crate) fn payer(hold: &Hold) -> Payer {
    Payer::Known { group: None, payer: hold.payer() }
}

fn supply(connector: Option<&StationConnector>) -> Supply {
    let power_w = match connector {
        Some(StationConnector { max_w: Some(max_w), .. }) => i64::from(*max_w),
        Some(StationConnector { current: Current::Dc, .. }) => DC_MAX_W,
        Some(StationConnector { current: Current::Ac, .. }) | None => AC_MAX_W,
    };
    Supply { power_w }
}

/// The same command at every message of the session.
fn stop(head: &Head, now: Timestamp) -> Command {
    Command {
        command_id: format!("hold-{}", head.session.transaction),
        kind: CommandKind::StopTransaction,
        connector: head.connector,
        transaction_id: Some(head.session.transaction.clone()),
        limit_a: None,
        id_token: None,
        expires_at: now.saturating_add(STOP_WITHIN).unwrap_or(now),
    }
}
