//! `wattwarden hold`: money is held for somebody who is not known, and their station is asked to start. A page for drivers asks the same.

use billing::Decimal;
use billing::assignment::choose;
use billing::money::Money;
use billing::payment::{Contact, Hold, HoldOrder, HoldPayer, Place, UnusableHold};
use hyper::Method;
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, HoldId, Language, StationId};
use ports::{Clock, KeepHolds, OpenHolds, PortError, ReadStations, ReadTariffs, Saved};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cli::Hold as Options;
use crate::client::Answering;
use crate::exit::Failure;
use crate::print_surely;

/// What ids are made of: small letters and digits that are not taken for one another, so that a token fits the 20 characters that stations of
/// OCPP 1.6 know, whatever they think of case.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Characters of an id: 75 bits, which nobody guesses.
const LENGTH: usize = 15;

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Asked {
    /// The id of the hold; asking twice under one id is one hold.
    pub id: HoldId,
    /// The station.
    pub station: StationId,
    /// The connector they stand at.
    pub connector: ConnectorKey,
    /// How much, in the currency of the site.
    pub amount: Decimal,
    /// Stripe customer.
    pub customer: String,
    /// Stripe payment method.
    pub payment_method: String,
    /// Where Stripe sends its own receipt.
    pub email: Option<String>,
    /// Where texts go, E.164.
    pub phone: Option<String>,
    /// The language of these texts.
    pub language: Language,
    /// For how many minutes a session may begin.
    pub minutes: u16,
}

/// Why nothing is held.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// What is asked makes no sense here.
    #[error("{0}")]
    Unusable(String),
    /// The tables did not answer.
    #[error(transparent)]
    Failed(#[from] PortError),
}

/// Runs `hold`.
///
/// # Errors
/// [`Failure::Unusable`] for a station, an amount or a card that cannot be used.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let unusable = |what: &str, error: &dyn std::error::Error| Failure::Unusable(format!("{what}: {error}"));
    let asked = Asked {
        id: match &options.id {
            Some(id) => id.parse().map_err(|error| unusable("--id", &error))?,
            None => draw(rand::random())?,
        },
        station: options.station.parse().map_err(|error| unusable("STATION", &error))?,
        connector: ConnectorKey { evse_id: options.evse, connector_id: options.connector },
        amount: options.amount.parse().map_err(|error| unusable("--amount", &error))?,
        customer: options.customer.clone(),
        payment_method: options.payment_method.clone(),
        email: options.email.clone(),
        phone: options.phone.clone(),
        language: options.language.into(),
        minutes: options.minutes,
    };
    let hold = match Answering::find(&options.source).await? {
        Answering::Running(remote) => {
            let body = serde_json::to_string(&asked).map_err(|error| Failure::failed(&error))?;
            let answer = remote.ask(Method::POST, "/holds", body).await?;
            serde_json::from_str(&answer).map_err(|error| Failure::failed(&error))?
        }
        Answering::Stopped(store) => open(&store.tables, &asked, lambda::SystemClock.now()).await?,
        Answering::Deployed(stack) => open(&stack.tables, &asked, lambda::SystemClock.now()).await?,
    };
    print_surely(&format!("{}\n", shown(&hold)))
}

/// Asks for a hold; under an id that was used before, the hold of then.
///
/// # Errors
/// [`Refused`].
pub async fn open<P>(ports: &P, asked: &Asked, now: Timestamp) -> Result<Hold, Refused>
where
    P: ReadStations + ReadTariffs + OpenHolds + KeepHolds,
{
    let hold = asked.hold(ports, now).await?;
    match ports.open_hold(&hold).await? {
        Saved::Done => Ok(hold),
        Saved::Conflict => {
            let known = ports.hold(&hold.id).await?;
            known.ok_or_else(|| Refused::Unusable(format!("the hold {} cannot be read", hold.id)))
        }
    }
}

impl Asked {
    async fn hold(&self, ports: &(impl ReadStations + ReadTariffs), now: Timestamp) -> Result<Hold, Refused> {
        let unknown = |what: String| Refused::Unusable(format!("{what} is not known"));
        let station = ports.station(&self.station).await?;
        let station = station.ok_or_else(|| unknown(format!("the station {}", self.station)))?;
        if !station.connectors.iter().any(|connector| connector.key == self.connector) {
            return Err(unknown(format!("the connector {} of {}", self.connector, self.station)));
        }
        let site = ports.site(&station.site_id).await?;
        let site = site.ok_or_else(|| unknown(format!("the site {}", station.site_id)))?;
        // Nobody is let charge at a price that cannot be told.
        let tariffs = ports.tariffs(&site.id).await?;
        if choose(&tariffs, self.connector.evse_id, None, now).is_none() {
            return Err(Refused::Unusable(format!("no tariff applies at {}", self.station)));
        }
        let amount = Money::rounded(self.amount.exact(), site.currency).filter(|rounded| {
            let exactly = Decimal::scaled(rounded.minor, site.currency.minor_digits());
            exactly.is_some_and(|exactly| exactly.exact() == self.amount.exact())
        });
        let order = HoldOrder {
            id: self.id.clone(),
            site: site.id,
            station: station.id,
            connector: self.connector,
            amount: amount
                .ok_or_else(|| Refused::Unusable(format!("{} is no amount of {}", self.amount, site.currency)))?,
            payer: HoldPayer {
                customer: self.customer.clone(),
                payment_method: self.payment_method.clone(),
                receipt_email: self.email.clone(),
                contact: Contact { phone: self.phone.clone(), language: self.language.as_tag().to_owned() },
            },
            place: Place { name: site.name, time_zone: site.time_zone, language: site.language.as_tag().to_owned() },
            excess: site.holds,
            expires_at: now.saturating_add(SignedDuration::from_mins(i64::from(self.minutes))).unwrap_or(now),
        };
        Hold::asked(order, now).map_err(|error: UnusableHold| Refused::Unusable(error.to_string()))
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unusable(text) => Self::Unusable(text),
            Refused::Failed(error) => Self::failed(&error),
        }
    }
}

/// A hold as it is shown; who knows its token can charge on it.
#[must_use]
pub fn shown(hold: &Hold) -> serde_json::Value {
    json!({
        "hold": hold.id,
        "token": hold.id.token(),
        "station": hold.station,
        "evseId": hold.connector.evse_id,
        "connectorId": hold.connector.connector_id,
        "state": hold.state.as_str(),
        "heldMinor": hold.amount.minor,
        "usedMinor": hold.used.map(|used| used.minor),
        "capturedMinor": hold.state.captured_minor(),
        "currency": hold.amount.currency,
        "session": hold.session,
        "intent": hold.state.intent(),
        "openedAt": hold.opened_at,
        "expiresAt": hold.expires_at,
        "dueAt": hold.due_at,
    })
}

/// An id from random bits.
fn draw(bits: u128) -> Result<HoldId, Failure> {
    let letter = |place: usize| {
        let index = usize::try_from((bits >> (5 * place)) % 32).unwrap_or_default();
        ALPHABET.get(index).copied().map(char::from)
    };
    let text: String = (0..LENGTH).filter_map(letter).collect();
    text.parse().map_err(|error| Failure::failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_twenty_characters_and_different_bits_make_different_ones() {
        let ids: std::collections::BTreeSet<HoldId> = (0..75).map(|bit| draw(1 << bit).unwrap()).collect();
        assert_eq!(ids.len(), 75);
        assert!(ids.iter().all(|id| id.token().as_str().len() == 20));
        assert_eq!(draw(u128::MAX).unwrap().as_str(), "999999999999999");
    }
}
