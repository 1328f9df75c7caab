//! Everything that is stored.
//!
//! Values are kept as they are, in maps that are ordered by their keys, so that the same calls always give the same answers. An item that
//! DynamoDB would let expire is kept: nothing may rely on its being gone.

mod admissions;
mod alerts;
mod assets;
mod bills;
mod cards;
mod change;
mod connectors;
mod debts;
mod disturbances;
mod due;
mod everything;
mod health;
mod holds;
mod marks;
mod presence;
mod quarantine;
mod receipts;
mod returns;
mod sessions;
mod stock;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::alerts::AlertId;
use billing::payment::{CardRequest, Hold};
use billing::receipt::Issued;
use faults::FaultId;
use jiff::civil::Date;
use messages::{ConnectorKey, DriverId, HoldId, SessionId, SiteId, StationId};
use ports::{ConnectorRow, DisturbanceRow, HealthRow, OutageRow, PresenceRow, Quarantined};

/// Everything that is stored. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Tables(Arc<Mutex<State>>);

/// What is stored.
#[derive(Debug, Default)]
struct State {
    assets: assets::Assets,
    connectors: BTreeMap<StationId, BTreeMap<ConnectorKey, ConnectorRow>>,
    health: BTreeMap<(StationId, ConnectorKey), HealthRow>,
    presences: BTreeMap<StationId, PresenceRow>,
    outages: BTreeMap<SiteId, OutageRow>,
    disturbances: BTreeMap<(SiteId, FaultId), DisturbanceRow>,
    sessions: BTreeMap<SessionId, sessions::Session>,
    holds: BTreeMap<HoldId, Hold>,
    cards: BTreeMap<DriverId, CardRequest>,
    /// Ids of webhook events.
    events: BTreeSet<String>,
    receipts: BTreeMap<SiteId, BTreeMap<NonZeroU64, Issued>>,
    alerts: BTreeMap<AlertId, alerts::Stored>,
    /// By the day of receipt (UTC) and the id.
    quarantine: BTreeMap<(Date, String), Quarantined>,
    due: due::Index,
    woken: Vec<Woken>,
}

/// Who is woken by a write, through the stream of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Woken {
    /// Whoever collects debts, and gives back what is to go back.
    Debt(SessionId),
    /// Whoever collects holds.
    Hold(HoldId),
    /// Whoever has a driver save a card.
    Card(DriverId),
    /// Whoever sends alerts.
    Alert(AlertId),
}

impl Tables {
    /// Who was woken since this was asked last, in the order of the writes.
    #[must_use]
    pub fn drain_woken(&self) -> Vec<Woken> {
        std::mem::take(&mut self.state().woken)
    }

    /// The state, for one call. A call that panicked has written nothing or everything.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a write that read this version (0: nothing) finds what it read.
fn is_current(read: u64, stored: Option<u64>) -> bool {
    read == stored.unwrap_or(0)
}

/// The version that a write makes of the one that was read.
fn next(read: u64) -> u64 {
    read.saturating_add(1)
}
