//! The seed file: what an operator owns, as one document that can be read, written and loaded twice.

use std::path::Path;

use alerts::stock::Stock;
use billing::assignment::AssignedTariff;
use billing::tariff::Severity;
use messages::{HoldId, ItemId, SiteId};
use ports::{Driver, KeepAssets, PortError, Site, Station};
use serde::{Deserialize, Serialize};

use crate::cli::{Load, Source};
use crate::client::Answering;
use crate::exit::{Failure, chain, one_line};

/// The seed of a system without a seed file: one site, ten stations, one driver, one tariff.
const DEFAULT: &str = include_str!("seed/default.yaml");

/// Everything that can be loaded.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// Sites.
    pub sites: Vec<Site>,
    /// Stations.
    pub stations: Vec<Station>,
    /// Tariffs and where they apply.
    pub tariffs: Vec<AssignedTariff>,
    /// Drivers.
    pub drivers: Vec<Driver>,
    /// Spare parts.
    pub stock: Vec<SeedStock>,
}

/// A spare part at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedStock {
    /// The site that keeps it.
    pub site_id: SiteId,
    /// The part.
    pub item: ItemId,
    /// Pieces on hand when the system first learns of the part.
    pub on_hand: i64,
    /// Below so many pieces an alert is raised.
    pub threshold: i64,
}

/// A seed file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// It cannot be read.
    #[error("{file}: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// It does not follow the shape, or contradicts itself. The text names line and field.
    #[error("{file}: {detail}")]
    Unusable {
        /// The file.
        file: String,
        /// Line, field and what is wrong.
        detail: String,
    },
}

/// How much was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// Sites.
    pub sites: usize,
    /// Stations.
    pub stations: usize,
    /// Tariffs.
    pub tariffs: usize,
    /// Drivers.
    pub drivers: usize,
    /// Spare parts.
    pub stock: usize,
}

impl Seed {
    /// Reads a seed file, YAML or JSON.
    ///
    /// # Errors
    /// [`SeedError`], in one line that names file, line and field.
    pub fn read(file: &Path) -> Result<Self, SeedError> {
        let name = file.display().to_string();
        let text =
            std::fs::read_to_string(file).map_err(|source| SeedError::Unreadable { file: name.clone(), source })?;
        Self::parse(&text).map_err(|detail| SeedError::Unusable { file: name, detail })
    }

    /// Reads the text of a seed file; the error names line and field.
    ///
    /// # Errors
    /// One line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let seed: Self = serde_yaml_ng::from_str(text).map_err(|error| one_line(&error.to_string()))?;
        seed.check()?;
        Ok(seed)
    }

    /// The seed of a system that was never given one.
    ///
    /// # Errors
    /// When the built-in file is broken, which a test excludes.
    pub fn default_system() -> Result<Self, SeedError> {
        Self::parse(DEFAULT).map_err(|detail| SeedError::Unusable { file: "default.yaml".to_owned(), detail })
    }

    /// Makes every driver's saved card known to the Stripe double, as their own visit to Stripe's page would.
    ///
    /// # Errors
    /// A payment method that is none of Stripe's test cards.
    pub fn introduce_drivers(&self, stripe: &stripe_double::Handle) -> Result<(), stripe_double::SeedError> {
        for driver in &self.drivers {
            if let (Some(customer), Some(method)) = (&driver.stripe_customer, &driver.payment_method) {
                // One that was saved on a page is known already, by a name of its own.
                if stripe.object(method).is_some_and(|known| known["customer"] == customer.as_str()) {
                    continue;
                }
                stripe.add_customer(customer, method, driver.email.as_deref().unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        for site in &self.sites {
            jiff::tz::TimeZone::get(&site.time_zone)
                .map_err(|_| format!("sites: {}: timeZone {} is no IANA time zone", site.id, site.time_zone))?;
        }
        for station in &self.stations {
            for connector in &station.connectors {
                let Some(key) = &connector.meter_public_key else { continue };
                signatures::check_key(key).map_err(|error| {
                    let (id, place) = (&station.id, connector.key);
                    format!("stations: {id}: connector {place}: meterPublicKey: {}", one_line(&chain(&error)))
                })?;
            }
        }
        for driver in &self.drivers {
            if let Some(token) = driver.tokens.iter().find(|token| HoldId::of_token(token).is_some()) {
                return Err(format!("drivers: {}: the token {token} is that of a hold", driver.id));
            }
        }
        for stock in &self.stock {
            if stock.on_hand < 0 || stock.threshold < 0 {
                return Err(format!("stock: {}: onHand and threshold are 0 or more", stock.item));
            }
        }
        Ok(())
    }

    /// Whether every station, tariff and stock belongs to a site of this file or to one that is known already.
    ///
    /// # Errors
    /// One line that names the item and its site.
    pub fn check_sites(&self, known: &[Site]) -> Result<(), String> {
        let is_known = |id: &SiteId| self.sites.iter().chain(known).any(|site| site.id == *id);
        let stations = self.stations.iter().map(|station| ("stations", station.id.to_string(), &station.site_id));
        let tariffs = self.tariffs.iter().map(|tariff| ("tariffs", tariff.id.to_string(), &tariff.site_id));
        let stock = self.stock.iter().map(|stock| ("stock", stock.item.to_string(), &stock.site_id));
        match stations.chain(tariffs).chain(stock).find(|(_, _, site)| !is_known(site)) {
            Some((list, item, site)) => Err(format!("{list}: {item}: siteId {site} is no site that is known")),
            None => Ok(()),
        }
    }

    /// What its tariffs probably do not mean to say, a line each, with the entry and the place in it.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let of = |assigned: &AssignedTariff| {
            let warnings = assigned.tariff.lint().into_iter().filter(|finding| finding.severity == Severity::Warning);
            let id = assigned.id.clone();
            warnings.map(move |finding| format!("tariffs: {id}: tariff.{}: {}", finding.path, finding.text))
        };
        self.tariffs.iter().flat_map(of).collect()
    }

    /// Writes everything; loading twice changes nothing.
    ///
    /// # Errors
    /// [`PortError`]; what was written before stays, so that loading again completes it.
    pub async fn load(&self, assets: &impl KeepAssets) -> Result<Loaded, PortError> {
        for site in &self.sites {
            assets.put_site(site).await?;
        }
        for station in &self.stations {
            assets.put_station(station).await?;
        }
        for tariff in &self.tariffs {
            assets.put_tariff(tariff).await?;
        }
        for driver in &self.drivers {
            assets.put_driver(driver).await?;
        }
        for stock in &self.stock {
            let SeedStock { site_id, item, on_hand, threshold } = stock.clone();
            assets.put_stock(&Stock::new(site_id, item, on_hand, threshold)).await?;
        }
        Ok(Loaded {
            sites: self.sites.len(),
            stations: self.stations.len(),
            tariffs: self.tariffs.len(),
            drivers: self.drivers.len(),
            stock: self.stock.len(),
        })
    }

    /// Reads everything back.
    ///
    /// # Errors
    /// [`PortError`].
    pub async fn export(assets: &(impl KeepAssets + ports::ReadTariffs)) -> Result<Self, PortError> {
        let mut seed = Self { sites: assets.sites().await?, drivers: assets.drivers().await?, ..Self::default() };
        for site in &seed.sites {
            seed.stations.extend(assets.stations(&site.id).await?);
            seed.tariffs.extend(assets.tariffs(&site.id).await?);
            seed.stock.extend(assets.stocks(&site.id).await?.into_iter().map(|stock| SeedStock {
                site_id: stock.site,
                item: stock.item,
                on_hand: stock.on_hand,
                threshold: stock.threshold,
            }));
        }
        Ok(seed)
    }
}

/// Runs `load`. Warnings of its tariffs are said and keep nothing from being loaded.
///
/// # Errors
/// [`Failure::Unusable`] for a file that cannot be used.
#[expect(clippy::print_stderr, reason = "warnings beside the result")]
pub async fn load(options: &Load) -> Result<(), Failure> {
    let seed = Seed::read(&options.file).map_err(|error| Failure::Unusable(error.to_string()))?;
    for warning in seed.warnings() {
        eprintln!("wattwarden: warning: {}: {warning}", options.file.display());
    }
    let loaded = Answering::find(&options.source).await?.load(&seed).await;
    let loaded = loaded.map_err(|failure| failure.about(&options.file.display()))?;
    let text = serde_json::to_string(&loaded).map_err(|error| Failure::failed(&error))?;
    crate::print_lines(&format!("{text}\n"))
}

/// Runs `export`.
///
/// # Errors
/// [`Failure`].
pub async fn export(source: &Source) -> Result<(), Failure> {
    let seed = Answering::find(source).await?.export().await?;
    crate::print_lines(&serde_yaml_ng::to_string(&seed).map_err(|error| Failure::failed(&error))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_seed_is_what_the_manual_promises() {
        let seed = Seed::default_system().unwrap();
        assert_eq!(seed.sites.len(), 1);
        assert_eq!(seed.sites[0].id.as_str(), "demo");
        let stations: Vec<_> = seed.stations.iter().map(|station| station.id.to_string()).collect();
        assert_eq!(stations.first().unwrap(), "station-001");
        assert_eq!(stations.last().unwrap(), "station-010");
        assert_eq!(stations.len(), 10);
        assert_eq!(seed.tariffs.len(), 1);
        assert!(seed.drivers.iter().any(|driver| driver.tokens.iter().any(|token| token.as_str() == "04A1B2C3")));
    }

    #[test]
    fn a_seed_survives_being_written_and_read() {
        let seed = Seed::default_system().unwrap();
        let text = serde_yaml_ng::to_string(&seed).unwrap();
        assert_eq!(Seed::parse(&text).unwrap(), seed);
    }

    #[test]
    fn warnings_name_the_entry_and_the_place_in_its_tariff() {
        let mut seed = Seed::default_system().unwrap();
        assert_eq!(seed.warnings(), Vec::<String>::new());
        let last = seed.tariffs[0].tariff.elements.len();
        let again = seed.tariffs[0].tariff.elements[0].clone();
        seed.tariffs[0].tariff.elements.push(again);
        let warnings = seed.warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].starts_with(&format!("tariffs: day-and-night: tariff.elements[{last}]: ")), "{warnings:?}");
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_field() {
        for (text, expected) in [
            ("sites:\n  - id: demo\n    name: 3\n", "line 2"),
            ("sights: []", "sights"),
            ("stock:\n  - { siteId: demo, item: cable, onHand: -1, threshold: 0 }", "onHand"),
            ("stock:\n  - { siteId: demo, item: cable, onHand: many, threshold: 0 }", "onHand"),
            (
                "stations:\n  - { id: s-1, siteId: demo, connectors: [{ evseId: 2, connectorId: 1, meterPublicKey: abc }] }",
                "stations: s-1: connector 2-1: meterPublicKey: the key cannot be read",
            ),
            ("drivers: [{ id: d-1, name: D, tokens: [hold-1] }]", "drivers: d-1: the token hold-1 is that of a hold"),
        ] {
            let error = Seed::parse(text).unwrap_err();
            assert!(error.contains(expected) && !error.contains('\n'), "{text:?}: {error}");
        }
    }
}
