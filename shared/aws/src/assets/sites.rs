//! Sites with their stations, tariffs and spares.

use ::alerts::stock::Stock;
use billing::assignment::AssignedTariff;
use messages::{SiteId, StationId};
use ports::{Driver, KeepAssets, ListStations, PortError, ReadStations, ReadTariffs, RemoveStations, Site, Station};
use serde::de::DeserializeOwned;

use super::{of_site, station_name, stock_item, stock_of};
use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::item::{Read, key, read};
use crate::keys::moment;
use crate::write::Expected;

const SITES: &str = "sites";
const SITE: &str = "site";
const STATION: &str = "station";

impl ReadStations for Dynamo {
    async fn station(&self, id: &StationId) -> Result<Option<Station>, PortError> {
        let key = (station_name(id), STATION.to_owned());
        self.asset("read a station", key, Seeing::Recent).await
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, PortError> {
        self.asset("read a site", (of_site(id), SITE.to_owned()), Seeing::Recent).await
    }
}

impl ListStations for Dynamo {
    async fn stations_of(&self, site: &SiteId) -> Result<Vec<Station>, PortError> {
        self.assets("list the stations of a site", of_site(site), "station#").await
    }
}

impl RemoveStations for Dynamo {
    async fn remove_station(&self, id: &StationId) -> Result<(), PortError> {
        let action = "remove a station";
        let name = station_name(id);
        let station: Option<Station> =
            self.asset(action, (name.clone(), STATION.to_owned()), Seeing::Everything).await?;
        let Some(station) = station else { return Ok(()) };
        self.delete_asset(action, key(of_site(&station.site_id), name.as_str())).await?;
        self.delete_asset(action, key(name, STATION)).await
    }
}

impl ReadTariffs for Dynamo {
    async fn tariffs(&self, site: &SiteId) -> Result<Vec<AssignedTariff>, PortError> {
        self.assets("read the tariffs of a site", of_site(site), "tariff#").await
    }
}

impl KeepAssets for Dynamo {
    async fn put_site(&self, site: &Site) -> Result<(), PortError> {
        let action = "write a site";
        self.put_asset(action, (SITES, &of_site(&site.id)), site).await?;
        self.put_asset(action, (&of_site(&site.id), SITE), site).await
    }

    async fn put_station(&self, station: &Station) -> Result<(), PortError> {
        let action = "write a station";
        let name = station_name(&station.id);
        let before: Option<Station> =
            self.asset(action, (name.clone(), STATION.to_owned()), Seeing::Everything).await?;
        if let Some(before) = before.filter(|before| before.site_id != station.site_id) {
            self.delete_asset(action, key(of_site(&before.site_id), name.as_str())).await?;
        }
        self.put_asset(action, (&of_site(&station.site_id), &name), station).await?;
        self.put_asset(action, (&name, STATION), station).await
    }

    async fn put_tariff(&self, tariff: &AssignedTariff) -> Result<(), PortError> {
        let sk = format!("tariff#{}#{}", moment(tariff.from), tariff.id);
        self.put_asset("write a tariff", (&of_site(&tariff.site_id), &sk), tariff).await
    }

    async fn put_driver(&self, driver: &Driver) -> Result<(), PortError> {
        self.write_driver(driver).await
    }

    async fn put_stock(&self, stock: &Stock) -> Result<(), PortError> {
        let action = "write a stock";
        let fresh = Stock { version: 0, ..stock.clone() };
        // Refused means that the site has one.
        self.put(action, &self.tables.assets, stock_item(action, &fresh)?, Expected::Absent).await.map(|_| ())
    }

    async fn sites(&self) -> Result<Vec<Site>, PortError> {
        self.assets("list the sites", SITES.to_owned(), "site#").await
    }

    async fn stations(&self, site: &SiteId) -> Result<Vec<Station>, PortError> {
        self.assets("list the stations of a site", of_site(site), "station#").await
    }

    async fn drivers(&self) -> Result<Vec<Driver>, PortError> {
        self.assets("list the drivers", super::drivers::DRIVERS.to_owned(), "driver#").await
    }

    async fn stocks(&self, site: &SiteId) -> Result<Vec<Stock>, PortError> {
        let action = "list the stock of a site";
        let items = self.list(action, &self.tables.assets, (of_site(site), "stock#"), Seeing::Recent).await?;
        items.iter().map(|item| read(action, item, stock_of)).collect()
    }
}

impl Dynamo {
    /// The asset under a key.
    pub(super) async fn asset<T: DeserializeOwned>(
        &self,
        action: &'static str,
        key: (String, String),
        seeing: Seeing,
    ) -> Result<Option<T>, PortError> {
        let found = self.get(action, &self.tables.assets, key, seeing).await?;
        found.map(|item| read(action, &item, Read::value)).transpose()
    }

    /// Every asset of a partition whose sort key begins like this.
    async fn assets<T: DeserializeOwned>(
        &self,
        action: &'static str,
        pk: String,
        prefix: &str,
    ) -> Result<Vec<T>, PortError> {
        let items = self.list(action, &self.tables.assets, (pk, prefix), Seeing::Recent).await?;
        items.iter().map(|item| read(action, item, Read::value)).collect()
    }
}
