//! What the operator owns: sites, stations, tariffs, drivers, stock.

mod drivers;
mod sites;

use std::collections::{BTreeMap, BTreeSet};

use ::alerts::stock::Stock;
use billing::assignment::AssignedTariff;
use jiff::Timestamp;
use messages::{DriverId, IdToken, ItemId, SessionId, SiteId, StationId, TariffId};
use ports::{Driver, Site, Station};

use super::admissions::Admission;

/// What the operator owns.
#[derive(Debug, Default)]
pub(super) struct Assets {
    sites: BTreeMap<SiteId, Site>,
    stations: BTreeMap<StationId, Station>,
    tariffs: BTreeMap<SiteId, BTreeMap<(Timestamp, TariffId), AssignedTariff>>,
    drivers: BTreeMap<DriverId, Driver>,
    /// The debts that were given up and are not paid.
    unpaid: BTreeMap<DriverId, BTreeSet<SessionId>>,
    /// Whose token it is.
    tokens: BTreeMap<IdToken, DriverId>,
    pub(super) stocks: BTreeMap<SiteId, BTreeMap<ItemId, Stock>>,
    /// The messages that have changed a stock, by station and id.
    pub(super) moves: BTreeSet<(StationId, String)>,
    pub(super) admissions: BTreeMap<StationId, Admission>,
}
