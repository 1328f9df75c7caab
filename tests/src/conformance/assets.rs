//! Sites, stations, tariffs, drivers and stock as they are loaded.

use alerts::stock::Stock;
use billing::payment::{Excess, ExcessPolicy};
use messages::SiteId;
use ports::{
    Current, Driver, KeepAssets, KeepStock, Language, ListStations, Operator, ReadDrivers, ReadStations, ReadTariffs,
    RemoveStations, Site, Station, StationConnector, StockMove, StockSaved,
};

use super::values::{at, euros, key, seller, station, stock, tariff};

/// Catches fields that are dropped on their way, and lists that miss what single reads find.
pub async fn what_is_loaded_is_read_back(ports: &(impl KeepAssets + ReadStations + ReadTariffs + ReadDrivers)) {
    let (site, box_1, tariff, driver) = everything("back");
    load(ports, "back").await;
    assert_eq!(ports.site(&site.id).await.unwrap().as_ref(), Some(&site));
    assert!(ports.sites().await.unwrap().contains(&site));
    assert_eq!(ports.station(&box_1.id).await.unwrap().as_ref(), Some(&box_1));
    assert_eq!(ports.stations(&site.id).await.unwrap(), [box_1]);
    assert_eq!(ports.tariffs(&site.id).await.unwrap(), [tariff]);
    for token in &driver.tokens {
        assert_eq!(ports.driver_of(token).await.unwrap().as_ref(), Some(&driver));
    }
    assert!(ports.drivers().await.unwrap().contains(&driver));
    assert_eq!(ports.stocks(&site.id).await.unwrap(), [Stock { version: 1, ..stock("site-back", 3) }]);

    assert_eq!(ports.site(&"site-back-2".parse().unwrap()).await.unwrap(), None);
    assert_eq!(ports.station(&station("back-2")).await.unwrap(), None);
    assert_eq!(ports.driver_of(&"token-unknown".parse().unwrap()).await.unwrap(), None);
}

/// Catches copies that pile up.
pub async fn loading_twice_changes_nothing(ports: &(impl KeepAssets + ReadTariffs)) {
    let (site, ..) = everything("twice");
    load(ports, "twice").await;
    let before = contents(ports, &site.id).await;
    load(ports, "twice").await;
    assert_eq!(contents(ports, &site.id).await, before);
}

/// Catches an asset that is changed in one place and not in the other.
pub async fn a_changed_asset_replaces_the_old_one(
    ports: &(impl KeepAssets + ReadStations + ReadTariffs + ReadDrivers),
) {
    load(ports, "changed").await;
    let (mut site, mut box_1, mut tariff, mut driver) = everything("changed");
    site.name.push_str(" Nord");
    box_1.connectors.pop();
    tariff.driver_group = Some("staff".to_owned());
    tariff.evse_ids = vec![3];
    driver.blocked = true;
    ports.put_site(&site).await.unwrap();
    ports.put_station(&box_1).await.unwrap();
    ports.put_tariff(&tariff).await.unwrap();
    ports.put_driver(&driver).await.unwrap();

    assert_eq!(ports.site(&site.id).await.unwrap().as_ref(), Some(&site));
    let sites = ports.sites().await.unwrap();
    assert_eq!(sites.into_iter().filter(|other| other.id == site.id).collect::<Vec<_>>(), [site.clone()]);
    assert_eq!(ports.station(&box_1.id).await.unwrap().as_ref(), Some(&box_1));
    assert_eq!(ports.stations(&site.id).await.unwrap(), [box_1]);
    assert_eq!(ports.tariffs(&site.id).await.unwrap(), [tariff]);
    assert_eq!(ports.driver_of(&driver.tokens[0]).await.unwrap().as_ref(), Some(&driver));
    let drivers = ports.drivers().await.unwrap();
    assert_eq!(drivers.into_iter().filter(|other| other.id == driver.id).collect::<Vec<_>>(), [driver]);
}

/// Catches a tariff that hides another: a new price must not change what began under the old one.
pub async fn every_tariff_is_listed_past_and_future(ports: &(impl KeepAssets + ReadTariffs)) {
    let site = "site-tariffs";
    let tariffs = [
        tariff("day", site, "2020-01-01T00:00:00Z"),
        tariff("day", site, "2026-01-01T00:00:00Z"),
        tariff("day", site, "2040-01-01T00:00:00Z"),
        tariff("night", site, "2026-01-01T00:00:00Z"),
    ];
    for tariff in &tariffs {
        ports.put_tariff(tariff).await.unwrap();
    }
    let mut listed = ports.tariffs(&site.parse().unwrap()).await.unwrap();
    listed.sort_by_key(|tariff| (tariff.id.clone(), tariff.from));
    assert_eq!(listed, tariffs);
}

/// Catches a station that is listed at two sites.
pub async fn a_station_that_moves_leaves_its_site(ports: &(impl KeepAssets + ReadStations + ListStations)) {
    let (_, mut box_1, ..) = everything("moves");
    let old = box_1.site_id.clone();
    ports.put_station(&box_1).await.unwrap();
    box_1.site_id = "site-moves-2".parse().unwrap();
    ports.put_station(&box_1).await.unwrap();
    assert_eq!(ports.station(&box_1.id).await.unwrap().as_ref(), Some(&box_1));
    assert_eq!(ports.stations(&old).await.unwrap(), []);
    assert!(ports.stations_of(&old).await.unwrap().is_empty());
    assert_eq!(ports.stations_of(&box_1.site_id).await.unwrap(), std::slice::from_ref(&box_1));
    assert_eq!(ports.stations(&box_1.site_id).await.unwrap(), [box_1]);
}

/// Catches a station that is still listed, or still let in.
pub async fn a_station_that_is_removed_is_nowhere(ports: &(impl KeepAssets + ReadStations + RemoveStations)) {
    let (_, box_1, ..) = everything("removed");
    ports.remove_station(&box_1.id).await.unwrap();
    ports.put_station(&box_1).await.unwrap();
    ports.remove_station(&box_1.id).await.unwrap();
    assert_eq!(ports.station(&box_1.id).await.unwrap(), None);
    assert_eq!(ports.stations(&box_1.site_id).await.unwrap(), []);
}

/// Catches a driver who pays for another.
pub async fn a_token_belongs_to_whoever_had_it_last(ports: &(impl KeepAssets + ReadDrivers)) {
    let (.., first) = everything("token-first");
    let (.., mut second) = everything("token-second");
    second.tokens.clone_from(&first.tokens);
    ports.put_driver(&first).await.unwrap();
    ports.put_driver(&second).await.unwrap();
    let without = Driver { tokens: Vec::new(), ..first };
    ports.put_driver(&without).await.unwrap();
    for token in &second.tokens {
        assert_eq!(ports.driver_of(token).await.unwrap().as_ref(), Some(&second));
    }
}

/// Catches a lost card that still pays.
pub async fn a_token_that_is_taken_away_is_nobodys(ports: &(impl KeepAssets + ReadDrivers)) {
    let (.., mut driver) = everything("token-gone");
    ports.put_driver(&driver).await.unwrap();
    let gone = driver.tokens.remove(0);
    ports.put_driver(&driver).await.unwrap();
    assert_eq!(ports.driver_of(&gone).await.unwrap(), None);
    assert_eq!(ports.driver_of(&driver.tokens[0]).await.unwrap(), Some(driver));
}

/// Catches a load that undoes what was moved since.
pub async fn loading_leaves_a_stock_alone_that_is_there(ports: &(impl KeepAssets + KeepStock)) {
    let loaded = stock("site-moved", 9);
    ports.put_stock(&Stock { version: 5, ..loaded.clone() }).await.unwrap();
    assert_eq!(ports.stock(&loaded.site, &loaded.item).await.unwrap(), Some(Stock { version: 1, ..loaded.clone() }));
    let moved = Stock { on_hand: 8, version: 1, ..loaded.clone() };
    let message = StockMove { station: station("moved"), message_id: "m-1".to_owned(), received_at: at(0) };
    assert_eq!(ports.save_stock(&moved, &message, &[]).await.unwrap(), StockSaved::Done);
    ports.put_stock(&loaded).await.unwrap();
    let kept = Stock { version: 2, ..moved };
    assert_eq!(ports.stock(&loaded.site, &loaded.item).await.unwrap().as_ref(), Some(&kept));
    assert_eq!(ports.stocks(&loaded.site).await.unwrap(), [kept]);
}

/// Catches lists that go by what a name begins with.
pub async fn sites_do_not_mix(ports: &(impl KeepAssets + ReadTariffs)) {
    load(ports, "mix").await;
    load(ports, "mix-2").await;
    for name in ["mix", "mix-2"] {
        let site: SiteId = format!("site-{name}").parse().unwrap();
        let (stations, tariffs, stocks) = contents(ports, &site).await;
        assert_eq!((stations, tariffs, stocks), (1, 1, 1), "{name}");
    }
}

/// One of each that belong together.
fn everything(name: &str) -> (Site, Station, billing::assignment::AssignedTariff, Driver) {
    let site_name = format!("site-{name}");
    let site_id: SiteId = site_name.parse().unwrap();
    let site = Site {
        id: site_id.clone(),
        name: format!("Hafen {name}"),
        time_zone: "Europe/Berlin".to_owned(),
        currency: euros(),
        language: Language::De,
        nominal_v: Some(230.5),
        holds: ExcessPolicy { excess: Excess::WriteOff, least_minor: Some(150) },
        seller: seller(),
        operators: vec![Operator { email: Some("a@b.c".to_owned()), phone: None, language: Language::En }],
    };
    let plug = |connector_id| StationConnector {
        meter_public_key: Some("04ab".to_owned()),
        key: key(1, connector_id),
        standard: Some("IEC_62196_T2".to_owned()),
        max_w: Some(11_000),
        current: Current::Ac,
        phases: Some(3),
        part: Some("cable-type2-5m".parse().unwrap()),
    };
    let box_1 =
        Station { id: station(name), site_id, profile: faults::Profile::default(), connectors: vec![plug(1), plug(2)] };
    let driver = Driver {
        id: format!("driver-{name}").parse().unwrap(),
        name: "Käthe".to_owned(),
        email: None,
        phone: Some("+4912345".to_owned()),
        language: Language::De,
        group: Some("staff".to_owned()),
        tokens: ["a", "b"].iter().map(|n| format!("token-{name}-{n}").parse().unwrap()).collect(),
        stripe_customer: Some("cus_1".to_owned()),
        payment_method: Some("pm_1".to_owned()),
        blocked: false,
    };
    (site, box_1, tariff("day", &site_name, "2026-01-01T00:00:00Z"), driver)
}

async fn load(ports: &impl KeepAssets, name: &str) {
    let (site, box_1, tariff, driver) = everything(name);
    ports.put_site(&site).await.unwrap();
    ports.put_station(&box_1).await.unwrap();
    ports.put_tariff(&tariff).await.unwrap();
    ports.put_driver(&driver).await.unwrap();
    ports.put_stock(&stock(site.id.as_str(), 3)).await.unwrap();
}

/// How many stations, tariffs and stocks a site has.
async fn contents(ports: &(impl KeepAssets + ReadTariffs), site: &SiteId) -> (usize, usize, usize) {
    let stations = ports.stations(site).await.unwrap().len();
    let tariffs = ports.tariffs(site).await.unwrap().len();
    (stations, tariffs, ports.stocks(site).await.unwrap().len())
}
