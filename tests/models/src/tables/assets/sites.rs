//! Sites with their stations, tariffs and spares.

use ::alerts::stock::Stock;
use billing::assignment::AssignedTariff;
use messages::{SiteId, StationId};
use ports::{Driver, KeepAssets, ListStations, PortError, ReadStations, ReadTariffs, RemoveStations, Site, Station};

use super::Assets;
use crate::Tables;

impl ReadStations for Tables {
    async fn station(&self, id: &StationId) -> Result<Option<Station>, PortError> {
        Ok(self.state().assets.stations.get(id).cloned())
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, PortError> {
        Ok(self.state().assets.sites.get(id).cloned())
    }
}

impl ListStations for Tables {
    async fn stations_of(&self, site: &SiteId) -> Result<Vec<Station>, PortError> {
        Ok(self.state().assets.stations_at(site).cloned().collect())
    }
}

impl RemoveStations for Tables {
    async fn remove_station(&self, id: &StationId) -> Result<(), PortError> {
        self.state().assets.stations.remove(id);
        Ok(())
    }
}

impl ReadTariffs for Tables {
    async fn tariffs(&self, site: &SiteId) -> Result<Vec<AssignedTariff>, PortError> {
        let tariffs = &self.state().assets.tariffs;
        Ok(tariffs.get(site).map(|tariffs| tariffs.values().cloned().collect()).unwrap_or_default())
    }
}

impl KeepAssets for Tables {
    async fn put_site(&self, site: &Site) -> Result<(), PortError> {
        self.state().assets.sites.insert(site.id.clone(), site.clone());
        Ok(())
    }

    async fn put_station(&self, station: &Station) -> Result<(), PortError> {
        self.state().assets.stations.insert(station.id.clone(), station.clone());
        Ok(())
    }

    async fn put_tariff(&self, tariff: &AssignedTariff) -> Result<(), PortError> {
        let mut state = self.state();
        let of_site = state.assets.tariffs.entry(tariff.site_id.clone()).or_default();
        of_site.insert((tariff.from, tariff.id.clone()), tariff.clone());
        Ok(())
    }

    async fn put_driver(&self, driver: &Driver) -> Result<(), PortError> {
        self.state().assets.write_driver(driver);
        Ok(())
    }

    async fn put_stock(&self, stock: &Stock) -> Result<(), PortError> {
        let mut state = self.state();
        let of_site = state.assets.stocks.entry(stock.site.clone()).or_default();
        of_site.entry(stock.item.clone()).or_insert_with(|| Stock { version: 1, ..stock.clone() });
        Ok(())
    }

    async fn sites(&self) -> Result<Vec<Site>, PortError> {
        Ok(self.state().assets.sites.values().cloned().collect())
    }

    async fn stations(&self, site: &SiteId) -> Result<Vec<Station>, PortError> {
        Ok(self.state().assets.stations_at(site).cloned().collect())
    }

    async fn drivers(&self) -> Result<Vec<Driver>, PortError> {
        Ok(self.state().assets.drivers.values().cloned().collect())
    }

    async fn stocks(&self, site: &SiteId) -> Result<Vec<Stock>, PortError> {
        let stocks = &self.state().assets.stocks;
        Ok(stocks.get(site).map(|stocks| stocks.values().cloned().collect()).unwrap_or_default())
    }
}

impl Assets {
    fn stations_at(&self, site: &SiteId) -> impl Iterator<Item = &Station> {
        self.stations.values().filter(move |station| station.site_id == *site)
    }
}
