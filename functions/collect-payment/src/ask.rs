//! A call to Stripe, and what came of it.

use std::error::Error;

use billing::payment::{Call, Decline, Fact, HoldCall, HoldFact};
use messages::{HoldId, SessionId};
use ports::{PaymentError, TakeHolds, TakePayments};

/// Makes the call.
pub(crate) async fn ask<P>(ports: &P, call: &Call, session: &SessionId) -> Fact
where
    P: TakePayments + Sync,
{
    let reply = match call {
        Call::Create { key, request } => ports.create_intent(key, request).await.map(Some),
        Call::Confirm { key, intent, payment_method } => {
            ports.confirm_intent(key, intent, payment_method).await.map(Some)
        }
        Call::Read { intent } => ports.read_intent(intent).await.map(Some),
        Call::Cancel { key, intent } => ports.cancel_intent(key, intent).await.map(Some),
        Call::Find { request, since } => ports.find_intent(request, *since).await,
    };
    let error = match reply {
        Ok(Some(intent)) => return Fact::Shown(intent),
        Ok(None) => return Fact::Missing,
        Err(error) => error,
    };
    tracing::warn!(session.id = %session, error = &error as &dyn Error, "Stripe did not do it");
    match error {
        PaymentError::Declined(decline) => Fact::Declined(decline),
        PaymentError::NeedsDriver => Fact::NeedsDriver,
        PaymentError::Later(_) => Fact::NotTaken,
        PaymentError::Unknown(_) => call.unanswered(),
        PaymentError::Refused(_) => Fact::Refused,
    }
}

/// Makes a call for a hold.
pub(crate) async fn about_hold<P>(ports: &P, call: &HoldCall, hold: &HoldId) -> HoldFact
where
    P: TakeHolds + Sync,
{
    let reply = match call {
        HoldCall::Create { key, request } => ports.create_hold(key, request).await.map(Some),
        HoldCall::Confirm { key, intent, payment_method } => {
            ports.confirm_hold(key, intent, payment_method).await.map(Some)
        }
        HoldCall::Read { intent } => ports.read_hold(intent).await.map(Some),
        HoldCall::Capture { key, intent, amount } => ports.capture_hold(key, intent, *amount).await.map(Some),
        HoldCall::Cancel { key, intent } => ports.release_hold(key, intent).await.map(Some),
        HoldCall::Find { request, since } => ports.find_hold(request, *since).await,
    };
    let error = match reply {
        Ok(Some(intent)) => return HoldFact::Shown(intent),
        Ok(None) => return HoldFact::Missing,
        Err(error) => error,
    };
    tracing::warn!(hold.id = %hold, error = &error as &dyn Error, "Stripe did not do it");
    match error {
        PaymentError::Declined(decline) => HoldFact::Declined(decline),
        // The driver is there; a bank that wants them and does not say how will not have them.
        PaymentError::NeedsDriver => HoldFact::Declined(Decline::authentication_required()),
        PaymentError::Later(_) => HoldFact::NotTaken,
        PaymentError::Unknown(_) => call.unanswered(),
        PaymentError::Refused(_) => HoldFact::Refused,
    }
}
