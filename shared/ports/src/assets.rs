//! What the operator owns and whom they serve: sites, stations, tariffs, drivers. Also the shapes of the seed file.

use std::future::Future;

use alerts::Place;
use billing::assignment::AssignedTariff;
use billing::money::Currency;
use billing::payment::ExcessPolicy;
use faults::Profile;
use messages::{ConnectorKey, DriverId, IdToken, ItemId, SiteId, StationId};
use serde::{Deserialize, Serialize};

use crate::PortError;

/// The place that holds stations (OCPI: location).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name, as people call it.
    pub name: String,
    /// IANA name, e.g. `Europe/Amsterdam`: wall clocks of tariffs and texts.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: Currency,
    /// The language of operators who have none of their own.
    #[serde(default)]
    pub language: Language,
    /// The nominal voltage between phase and neutral, V.
    pub nominal_v: Option<f64>,
    /// What becomes of a bill above the hold of a driver who is not known.
    #[serde(default)]
    pub holds: ExcessPolicy,
    /// Who sells the energy.
    pub seller: billing::cdr::Seller,
    /// Who looks after it; kept and exported. People are reached through the subscriptions of the alerts topic.
    #[serde(default)]
    pub operators: Vec<Operator>,
}

impl Site {
    /// The site as texts name it.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            site: self.id.clone(),
            name: self.name.clone(),
            time_zone: self.time_zone.clone(),
            language: self.language,
        }
    }
}

/// Somebody who looks after a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number, E.164.
    pub phone: Option<String>,
    /// Their language.
    #[serde(default)]
    pub language: Language,
}

pub use alerts::Language;
pub use faults::Current;

/// A charging station that may talk to us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// Its id.
    pub id: StationId,
    /// Where it stands.
    pub site_id: SiteId,
    /// What fault detection knows of it; absent fields come from the site or are learned.
    #[serde(default)]
    pub profile: Profile,
    /// Its connectors.
    #[serde(default)]
    pub connectors: Vec<StationConnector>,
}

/// One connector of a station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationConnector {
    /// Which one.
    #[serde(flatten)]
    pub key: ConnectorKey,
    /// OCPI `ConnectorType`, e.g. `IEC_62196_T2`.
    pub standard: Option<String>,
    /// The most it can deliver, W.
    pub max_w: Option<u32>,
    /// AC or DC.
    #[serde(default)]
    pub current: Current,
    /// Phases; DC has one.
    pub phases: Option<u8>,
    /// The spare part that replaces its cable.
    pub part: Option<ItemId>,
    /// The public key under which its meter signs readings: a DER `SubjectPublicKeyInfo` or a point, in hex or Base64. Without it signed
    /// readings stay unverified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter_public_key: Option<String>,
}

/// Who charges and pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    /// Their id.
    pub id: DriverId,
    /// Their name.
    pub name: String,
    /// E-mail address, for Stripe's receipt.
    pub email: Option<String>,
    /// Phone number, E.164, for texts about their sessions.
    pub phone: Option<String>,
    /// The language they read.
    #[serde(default)]
    pub language: Language,
    /// The driver group, for tariffs of their own.
    pub group: Option<String>,
    /// What identifies them at a station.
    #[serde(default)]
    pub tokens: Vec<IdToken>,
    /// Their Stripe customer, `cus_…`.
    pub stripe_customer: Option<String>,
    /// Their saved Stripe payment method, `pm_…`.
    pub payment_method: Option<String>,
    /// They may not charge: somebody has said so, or, where [`ReadDrivers`] shows it, a debt of theirs was given up and is not paid.
    #[serde(default)]
    pub blocked: bool,
}

impl Driver {
    /// This driver, with the card that they had before where none is named: cards are saved, not loaded.
    #[must_use]
    pub fn with_card_of(self, before: Option<&Self>) -> Self {
        match before {
            Some(before) if self.stripe_customer.is_none() && self.payment_method.is_none() => Self {
                stripe_customer: before.stripe_customer.clone(),
                payment_method: before.payment_method.clone(),
                ..self
            },
            Some(_) | None => self,
        }
    }
}

/// Stations and their sites.
pub trait ReadStations {
    /// The station, when it is registered.
    fn station(&self, id: &StationId) -> impl Future<Output = Result<Option<Station>, PortError>> + Send;
    /// The site.
    fn site(&self, id: &SiteId) -> impl Future<Output = Result<Option<Site>, PortError>> + Send;
}

/// The stations of a site.
pub trait ListStations {
    /// The stations that are registered at a site.
    fn stations_of(&self, site: &SiteId) -> impl Future<Output = Result<Vec<Station>, PortError>> + Send;
}

/// Ending the registration of stations.
pub trait RemoveStations {
    /// Removes a station: what it sends from now on is refused. One that is not registered is no error.
    fn remove_station(&self, id: &StationId) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Tariffs and where they apply.
pub trait ReadTariffs {
    /// Every tariff of a site, past and future ones too.
    fn tariffs(&self, site: &SiteId) -> impl Future<Output = Result<Vec<AssignedTariff>, PortError>> + Send;
}

/// Drivers by what identifies them.
pub trait ReadDrivers {
    /// Whose token this is; blocked, too, while a debt of theirs that was given up is not paid.
    fn driver_of(&self, token: &IdToken) -> impl Future<Output = Result<Option<Driver>, PortError>> + Send;
}

/// Everything the operator owns, written and listed whole; loading twice changes nothing.
pub trait KeepAssets {
    /// Writes a site.
    fn put_site(&self, site: &Site) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Writes a station.
    fn put_station(&self, station: &Station) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Writes a tariff assignment.
    fn put_tariff(&self, tariff: &AssignedTariff) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Writes a driver and their tokens. A driver without customer and card keeps those that were saved before.
    fn put_driver(&self, driver: &Driver) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Writes the stock of a spare part where the site has none yet.
    fn put_stock(&self, stock: &alerts::stock::Stock) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Every site.
    fn sites(&self) -> impl Future<Output = Result<Vec<Site>, PortError>> + Send;
    /// Every station of a site.
    fn stations(&self, site: &SiteId) -> impl Future<Output = Result<Vec<Station>, PortError>> + Send;
    /// Every driver.
    fn drivers(&self) -> impl Future<Output = Result<Vec<Driver>, PortError>> + Send;
    /// Every spare part of a site.
    fn stocks(&self, site: &SiteId) -> impl Future<Output = Result<Vec<alerts::stock::Stock>, PortError>> + Send;
}
