//! Every minute: whatever is due and not done. The second way for everything a stream starts, and the only one for what must wait.
//!
//! The sweep decides nothing about money or alerts: it wakes whoever does. Sessions that have waited long enough for missing
//! messages are settled here, by the same code that settles the complete ones. Two things are done here only: billed sessions get their
//! receipts, whose numbers run without gaps the more easily the fewer give them, and stations are looked at that have lost their connection or
//! should have been heard of, since it takes a while to know what that means.

mod disturbances;
mod presence;
mod receipts;
mod sessions;

use alerts::Place;
use jiff::{SignedDuration, Timestamp};
use messages::SiteId;
use ports::{
    CommandStations, Due, FindDue, KeepAlerts, KeepConnectors, KeepDisturbances, KeepOutages, KeepPresence,
    KeepReceipts, ListStations, MarkCards, MarkDebts, MarkHolds, MarkReturns, PortError, ReadStations, Site,
};
use record_transaction::SettlePorts;

/// What is due for longer than this should have been done by a stream or an earlier sweep.
const OVERDUE: SignedDuration = SignedDuration::from_mins(10);

/// Things looked at in one run; the rest comes a minute later, the oldest first.
const LIMIT: usize = 1_000;

/// What looking at things takes.
pub trait SweepPorts:
    SettlePorts
    + KeepReceipts
    + MarkDebts
    + MarkHolds
    + MarkReturns
    + MarkCards
    + KeepAlerts
    + CommandStations
    + KeepPresence
    + KeepOutages
    + KeepConnectors
    + KeepDisturbances
    + ListStations
{
}

impl<P> SweepPorts for P where
    P: SettlePorts
        + KeepReceipts
        + MarkDebts
        + MarkHolds
        + MarkReturns
        + MarkCards
        + KeepAlerts
        + CommandStations
        + KeepPresence
        + KeepOutages
        + KeepConnectors
        + KeepDisturbances
        + ListStations
{
}

/// What a run found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Things that were due.
    pub due: usize,
    /// Of these, due for more than ten minutes. Published also when there are none: a missing number is an alarm.
    pub overdue: usize,
    /// Of these, not dealt with because something outside did not answer; the next run tries again.
    pub failed: usize,
}

/// Looks at everything that is due.
///
/// # Errors
/// [`PortError`] when it cannot be told what is due; what was done before stays done.
pub async fn handle<P>(ports: &P, now: Timestamp) -> Result<Swept, PortError>
where
    P: FindDue + SweepPorts,
{
    let due = ports.find_due(now, LIMIT).await?;
    let overdue_since = now.saturating_sub(OVERDUE).unwrap_or(Timestamp::MIN);
    let mut swept =
        Swept { due: due.len(), overdue: due.iter().filter(|item| item.due_at() < overdue_since).count(), failed: 0 };
    for item in &due {
        if let Err(error) = look_at(ports, now, item).await {
            swept.failed += 1;
            tracing::warn!(error = &error as &dyn std::error::Error, "something due is left for the next sweep");
        }
    }
    tracing::info!(due = swept.due, overdue = swept.overdue, failed = swept.failed, "swept");
    Ok(swept)
}

async fn look_at<P>(ports: &P, now: Timestamp, item: &Due) -> Result<(), PortError>
where
    P: SweepPorts,
{
    match item {
        Due::Session { id, .. } => sessions::look_at(ports, now, id).await,
        Due::Debt { id, .. } => ports.mark_debt_due(id, now).await.map(|_| ()),
        Due::Hold { id, .. } => ports.mark_hold_due(id, now).await.map(|_| ()),
        Due::Returns { id, payment, .. } => ports.mark_returns_due(id, *payment, now).await.map(|_| ()),
        Due::Card { id, .. } => ports.mark_card_due(id, now).await.map(|_| ()),
        Due::Alert { id, .. } => ports.mark_alert_due(id, now).await,
        Due::Presence { id, .. } => presence::look_at(ports, now, id).await,
        Due::Disturbance { site, fault, .. } => disturbances::look_at(ports, now, site, fault).await,
    }
}

/// The site as texts name it, read where there are any.
async fn place<P>(ports: &P, site: &SiteId, texts: usize) -> Result<Place, PortError>
where
    P: ReadStations + Sync,
{
    let known = if texts == 0 { None } else { ports.site(site).await? };
    Ok(known.as_ref().map_or_else(|| Place::unknown(site.clone()), Site::place))
}
