//! Signed webhook to due mark.
//!
//! An event of Stripe decides nothing: it marks the debt of its session as due, or its hold, or what goes back of a payment, or the card
//! that a driver is asked for, and whoever collects asks Stripe for the truth. So an event may come twice, late, out of order or not at all. What is not signed by Stripe marks
//! nothing.

mod event;
mod signature;

use std::error::Error;

use billing::payment::Returns;
use jiff::{SignedDuration, Timestamp};
use ports::{
    KeepReturns, MarkCards, MarkDebts, MarkHolds, PortError, ReadPayments, ReadSecret, RememberEvents, Remembered,
    Saved,
};

use crate::event::Event;
use crate::signature::{Signature, keys};

/// The longest body that is read, bytes.
const MAX_BODY: usize = 256 * 1024;

/// A payment is stored so soon after Stripe has made it, also when Stripe could not be asked for a day; until then, Stripe is asked to send
/// what it tells of a dispute again. It does for three days (docs.stripe.com/webhooks).
const STORED_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// How often a mark that lost a race is set again before Stripe has to send the event again.
const ATTEMPTS: usize = 5;

/// What taking an event takes.
pub trait WebhookPorts:
    ReadSecret + MarkDebts + MarkHolds + MarkCards + ReadPayments + KeepReturns + RememberEvents + Sync
{
}

impl<P: ReadSecret + MarkDebts + MarkHolds + MarkCards + ReadPayments + KeepReturns + RememberEvents + Sync>
    WebhookPorts for P
{
}

/// One request to the webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRequest {
    /// The header `Stripe-Signature`, if there is one.
    pub signature: Option<String>,
    /// The body, byte for byte as it was received: the signature is over these bytes.
    pub body: Vec<u8>,
}

/// The answer; it has no body. Stripe repeats an event for days until it is answered with 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookResponse {
    /// The HTTP status.
    pub status: u16,
}

/// What becomes of a request.
enum Outcome {
    /// The debt is marked, or the event is none of ours.
    Taken,
    /// It is not Stripe's, or cannot be read.
    Refused,
    /// It is too long.
    TooLong,
    /// It is about a dispute of a payment that may be about to be stored.
    TooEarly,
    /// Nobody has set the webhook's secret yet.
    NotSetUp,
}

/// Takes one event.
///
/// Answers 200 when the event was taken or concerns nothing here, 400 when it is not signed by Stripe or cannot be read, 409 when
/// it is about a dispute of a payment that may be about to be stored, 413 when it is longer than 256 KiB, 503 while the secret is not set, and 500 when the store did not answer.
pub async fn handle<P>(ports: &P, now: Timestamp, request: WebhookRequest) -> WebhookResponse
where
    P: WebhookPorts,
{
    let status = match take(ports, now, &request).await {
        Ok(Outcome::Taken) => 200,
        Ok(Outcome::Refused) => 400,
        Ok(Outcome::TooEarly) => 409,
        Ok(Outcome::TooLong) => 413,
        Ok(Outcome::NotSetUp) => 503,
        Err(error) => {
            tracing::warn!(error = &error as &dyn Error, "Stripe will send the event again");
            500
        }
    };
    WebhookResponse { status }
}

async fn take<P>(ports: &P, now: Timestamp, request: &WebhookRequest) -> Result<Outcome, PortError>
where
    P: WebhookPorts,
{
    if request.body.len() > MAX_BODY {
        return Ok(Outcome::TooLong);
    }
    match check(ports, now, request).await? {
        Signed::Yes => {}
        Signed::No(why) => {
            tracing::warn!(reason = why, "a request to the webhook was not signed by Stripe");
            return Ok(Outcome::Refused);
        }
        Signed::Unknowable => {
            tracing::error!("the secret of the webhook is not set");
            return Ok(Outcome::NotSetUp);
        }
    }
    match Event::parse(&request.body) {
        Ok(event) => mark(ports, now, &event).await,
        Err(error) => {
            tracing::error!(error = &error as &dyn Error, "an event signed by Stripe cannot be read");
            Ok(Outcome::Refused)
        }
    }
}

/// Whether Stripe has signed a request.
enum Signed {
    Yes,
    No(&'static str),
    Unknowable,
}

/// Checks the signature; where it fits no secret that is at hand, the secrets may have been changed and are read again.
async fn check<P: ReadSecret + Sync>(ports: &P, now: Timestamp, request: &WebhookRequest) -> Result<Signed, PortError> {
    let signature = match Signature::parse(request.signature.as_deref().unwrap_or_default()) {
        Ok(signature) if signature.is_recent(now) => signature,
        Ok(_) => return refused(ports, "its time is more than 300 s off").await,
        Err(malformed) => return refused(ports, malformed.0).await,
    };
    for fresh in [false, true] {
        let Some(secret) = ports.secret(fresh).await? else { continue };
        if keys(&secret).any(|key| signature.fits(key, &request.body)) {
            return Ok(Signed::Yes);
        }
    }
    refused(ports, "it fits no secret").await
}

/// A refusal, where there is a secret to refuse by.
async fn refused<P: ReadSecret + Sync>(ports: &P, why: &'static str) -> Result<Signed, PortError> {
    let secret = ports.secret(false).await?;
    let is_set = secret.is_some_and(|secret| keys(&secret).next().is_some());
    Ok(if is_set { Signed::No(why) } else { Signed::Unknowable })
}

/// Marks what the event concerns, then remembers the event: whoever dies between the two is sent the event again, and marking twice is
/// harmless.
async fn mark<P>(ports: &P, now: Timestamp, event: &Event) -> Result<Outcome, PortError>
where
    P: WebhookPorts,
{
    if let Some(hold) = event.concerned_hold() {
        let is_ours = ports.mark_hold_due(&hold, now).await?;
        let first = ports.remember_event(&event.id, now).await? == Remembered::First;
        tracing::info!(event.id, event.kind, event.first = first, hold.id = %hold, hold.known = is_ours, "an event of Stripe was taken");
        return Ok(Outcome::Taken);
    }
    if let Some(driver) = event.concerned_driver() {
        let is_ours = ports.mark_card_due(&driver, now).await?;
        let first = ports.remember_event(&event.id, now).await? == Remembered::First;
        tracing::info!(event.id, event.kind, event.first = first, driver.id = %driver, driver.asked = is_ours, "an event of Stripe was taken");
        return Ok(Outcome::Taken);
    }
    let is_ours = match (event.concerned_session(), event.returning_intent()) {
        (Some(session), _) => ports.mark_debt_due(&session, now).await?,
        (None, Some(intent)) => {
            let is_ours = look_at_returns(ports, now, intent).await?;
            if !is_ours && event.is_of_dispute() && event.is_younger_than(STORED_WITHIN, now) {
                return Ok(Outcome::TooEarly);
            }
            is_ours
        }
        (None, None) => {
            tracing::debug!(event.id, event.kind, intent = event.intent(), "an event of Stripe concerns no session");
            return Ok(Outcome::Taken);
        }
    };
    let first = match ports.remember_event(&event.id, now).await? {
        Remembered::First => true,
        Remembered::Again => false,
    };
    tracing::info!(
        event.id,
        event.kind,
        event.first = first,
        intent = event.intent(),
        known = is_ours,
        "an event of Stripe was taken"
    );
    Ok(Outcome::Taken)
}

/// Has somebody look at what goes back of the payment of an intent; false when it is no payment of ours.
async fn look_at_returns<P>(ports: &P, now: Timestamp, intent: &str) -> Result<bool, PortError>
where
    P: ReadPayments + KeepReturns + Sync,
{
    let Some(payment) = ports.payment_by(intent).await? else { return Ok(false) };
    for _ in 0..ATTEMPTS {
        let known = ports.returns(&payment.session).await?.into_iter().find(|known| known.payment == payment.number);
        let returns = known.unwrap_or_else(|| Returns::of(&payment)).to_be_looked_at(now);
        match ports.ask_returns(&returns).await? {
            Saved::Done => return Ok(true),
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("mark what goes back", "others kept writing it"))
}
