//! A call to Stripe, and what came of it.

use std::error::Error;

use billing::payment::{Call, Fact};
use messages::SessionId;
use ports::{PaymentError, TakePayments};

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
