//! `wattwarden save-card`: a driver is asked for a card, on a page of Stripe's.

use std::time::Duration;

use aws::Dynamo;
use billing::payment::{CardOrder, CardRequest, CardState};
use jiff::Timestamp;
use messages::DriverId;
use ports::{KeepAssets, KeepCards, PortError, Saved};
use serde_json::{Value, json};

use crate::exit::Failure;

/// Where drivers go after they have entered a card, unless somebody says otherwise.
pub(crate) const RETURN_TO: &str = "https://stripe.com/";

/// How often and how long it is looked whether the page is there, in real time: longer than a call to Stripe takes.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const LOOKS: usize = 100;

/// Asks for a card; nothing when somebody else wrote first.
pub(crate) async fn ask(
    tables: &Dynamo,
    now: Timestamp,
    id: &DriverId,
    return_to: &str,
) -> Result<Option<CardRequest>, Failure> {
    let order = order(tables, id, return_to).await?;
    let known = tables.card_request(id).await.map_err(failed)?;
    let asked = CardRequest::asked(known, order, now);
    match tables.ask_card(&asked).await.map_err(failed)? {
        Saved::Done => Ok(Some(CardRequest { version: asked.version.saturating_add(1), ..asked })),
        Saved::Conflict => Ok(None),
    }
}

async fn order(tables: &Dynamo, id: &DriverId, return_to: &str) -> Result<CardOrder, Failure> {
    if !["https://", "http://"].iter().any(|scheme| return_to.starts_with(scheme)) {
        return Err(Failure::Unusable(format!("--return-to {return_to}: not an address that begins with https://")));
    }
    let drivers = tables.drivers().await.map_err(failed)?;
    let driver = drivers.into_iter().find(|driver| driver.id == *id);
    let driver = driver.ok_or_else(|| Failure::Unusable(format!("the driver {id} is not known")))?;
    let site = tables.sites().await.map_err(failed)?.into_iter().next();
    let site =
        site.ok_or_else(|| Failure::Unusable("no site is known, whose currency the driver would pay in".to_owned()))?;
    Ok(CardOrder {
        driver: driver.id,
        customer: driver.stripe_customer,
        email: driver.email,
        language: driver.language.as_tag().to_owned(),
        currency: site.currency,
        return_to: return_to.to_owned(),
    })
}

/// The request as soon as somebody has carried it out, or as it is after a while.
///
/// # Errors
/// [`Failure::Failed`] when Stripe opens no page.
pub(crate) async fn carried_out(tables: &Dynamo, asked: CardRequest) -> Result<CardRequest, Failure> {
    let mut latest = asked.clone();
    for _ in 0..LOOKS {
        let is_done = latest.version > asked.version && latest.state != CardState::Asked;
        if is_done {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
        latest = tables.card_request(&asked.order.driver).await.map_err(failed)?.unwrap_or(latest);
    }
    match latest.state {
        CardState::Refused { .. } => {
            Err(Failure::Failed(format!("Stripe opens no page for {}; collect-payment logs why", latest.order.driver)))
        }
        CardState::Asked | CardState::Open(_) | CardState::Saved { .. } | CardState::Expired { .. } => Ok(latest),
    }
}

/// A request as it is shown.
#[must_use]
pub(crate) fn shown(request: &CardRequest) -> Value {
    let page = request.state.page();
    json!({
        "driver": request.order.driver,
        "state": request.state.as_str(),
        "url": page.map(|page| &page.url),
        "expiresAt": page.map(|page| page.expires_at),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: PortError) -> Failure {
    Failure::failed(&error)
}
