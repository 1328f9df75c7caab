//! The sites of the world: where its stations stand, what a session costs there, and who charges.

use billing::assignment::AssignedTariff;
use billing::money::Currency;
use jiff::Timestamp;
use messages::SiteId;
use models::Tables;
use ports::{Driver, KeepAssets, Site, Station};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::task::now_or_never;

/// What a session costs, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prices {
    /// In euros by the time of day, with a price for parking; the clock changes in the night of 25 October 2026.
    ByTheClock,
    /// In yen, which have no smaller unit.
    WholeYen,
    /// In dinars of a thousand fils: a fee, and energy in blocks of half a kilowatt-hour.
    Fils,
}

impl Prices {
    pub(crate) const ALL: [Self; 3] = [Self::ByTheClock, Self::WholeYen, Self::Fils];

    pub(crate) fn site(self) -> &'static str {
        match self {
            Self::ByTheClock => "amsterdam",
            Self::WholeYen => "osaka",
            Self::Fils => "kuwait",
        }
    }

    pub(crate) fn currency_of(self) -> Currency {
        match self.currency().parse() {
            Ok(currency) => currency,
            Err(_) => unreachable!("{} is no currency", self.currency()),
        }
    }

    pub(crate) fn time_zone(self) -> &'static str {
        match self {
            Self::ByTheClock => "Europe/Amsterdam",
            Self::WholeYen => "Asia/Tokyo",
            Self::Fils => "Asia/Kuwait",
        }
    }

    fn currency(self) -> &'static str {
        match self {
            Self::ByTheClock => "EUR",
            Self::WholeYen => "JPY",
            Self::Fils => "KWD",
        }
    }

    fn elements(self) -> Value {
        let energy = |price: f64, vat: f64, step: u32| json!({ "type": "ENERGY", "price": price, "vat": vat, "step_size": step });
        match self {
            Self::ByTheClock => json!([
                {
                    "price_components": [energy(0.31, 21.0, 1)],
                    "restrictions": { "start_time": "22:00", "end_time": "06:00" },
                },
                { "price_components": [energy(0.49, 21.0, 1)] },
                { "price_components": [{ "type": "PARKING_TIME", "price": 1.20, "vat": 21.0, "step_size": 1 }] },
            ]),
            Self::WholeYen => json!([{ "price_components": [energy(45.0, 10.0, 1)] }]),
            Self::Fils => json!([{ "price_components": [
                { "type": "FLAT", "price": 0.1, "step_size": 1 },
                { "type": "ENERGY", "price": 0.055, "step_size": 500 },
            ] }]),
        }
    }
}

/// The most that a connector delivers, W.
pub(crate) const MAX_W: i64 = 11_040;

/// How a driver pays, by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pays {
    /// With a card that works, most of the time.
    Well,
    /// With a card that was lost.
    LostCard,
    /// With a card that never has enough.
    EmptyCard,
    /// With a card whose bank wants to see them each time.
    InPerson,
    /// In a way that takes the bank days.
    Slowly,
    /// They have saved no card.
    NoCard,
}

/// How many drivers there are.
pub(crate) const DRIVERS: usize = 300;

impl Pays {
    pub(crate) fn of(driver: usize) -> Self {
        match driver % 50 {
            0 => Self::LostCard,
            1 => Self::EmptyCard,
            2 => Self::InPerson,
            3 => Self::NoCard,
            4 | 5 => Self::Slowly,
            _ => Self::Well,
        }
    }

    /// Told by the card.
    pub(crate) fn with(payment_method: &str) -> Self {
        payment_method.rsplit('-').next().and_then(|number| number.parse().ok()).map_or(Self::Well, Self::of)
    }
}

/// The phone of a driver, if they have one.
pub(crate) fn phone(driver: usize) -> Option<String> {
    (driver % 10 != 9).then(|| format!("+3161{driver:07}"))
}

/// The id of a site.
pub(crate) fn id(site: &str) -> SiteId {
    match site.parse() {
        Ok(id) => id,
        Err(_) => unreachable!("{site} is no id"),
    }
}

/// A token of a driver.
pub(crate) fn token(driver: usize) -> String {
    format!("T{driver:04}")
}

/// A station.
pub(crate) fn station(number: usize) -> String {
    format!("cs-{number:03}")
}

/// What is charged at a station.
pub(crate) fn prices_at(station: usize) -> Prices {
    Prices::ALL[station % Prices::ALL.len()]
}

/// Puts sites, stations, tariffs and these drivers into the tables.
pub(crate) fn build(tables: &Tables, stations: usize, drivers: impl IntoIterator<Item = usize>) {
    for prices in Prices::ALL {
        let site: Site = of_json(json!({
            "id": prices.site(), "name": prices.site(), "timeZone": prices.time_zone(), "currency": prices.currency(),
            "language": "en", "nominalV": 230.0,
            "seller": { "name": "Seller", "vatId": "X1", "address": "Street 1", "contact": "help@seller.example" },
            "operators": [],
        }));
        let tariff: AssignedTariff = of_json(json!({
            "id": format!("{}-tariff", prices.site()), "siteId": prices.site(), "evseIds": [], "driverGroup": null,
            "from": "2000-01-01T00:00:00Z",
            "tariff": {
                "country_code": "NL", "party_id": "WWD", "id": "t", "currency": prices.currency(),
                "last_updated": "2000-01-01T00:00:00Z", "elements": prices.elements(),
            },
        }));
        now_or_never(tables.put_site(&site));
        now_or_never(tables.put_tariff(&tariff));
    }
    for number in 0..stations {
        let connector = |evse: u16| json!({ "evseId": evse, "connectorId": 1, "maxW": MAX_W, "phases": 3 });
        let station: Station = of_json(json!({
            "id": station(number), "siteId": prices_at(number).site(), "connectors": [connector(1), connector(2)],
        }));
        now_or_never(tables.put_station(&station));
    }
    for number in drivers {
        let has_card = Pays::of(number) != Pays::NoCard;
        let driver: Driver = of_json(json!({
            "id": format!("driver-{number}"), "name": "A driver", "email": null,
            "phone": phone(number),
            "language": "en", "group": null, "tokens": [token(number)],
            "stripeCustomer": has_card.then(|| format!("cus_{number}")),
            "paymentMethod": has_card.then(|| format!("pm-{number}")),
            "blocked": number % 100 == 77,
        }));
        now_or_never(tables.put_driver(&driver));
    }
}

/// The first moment of the world.
pub(crate) fn start() -> Timestamp {
    "2026-10-20T00:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn of_json<T: DeserializeOwned>(value: Value) -> T {
    match serde_json::from_value(value) {
        Ok(value) => value,
        Err(error) => unreachable!("the world is written down wrongly: {error}"),
    }
}
