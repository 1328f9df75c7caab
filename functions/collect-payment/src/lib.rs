//! Debts to Stripe.
//!
//! A record says only that a debt may be due. The debt is read, `billing::payment` says what to do, and a claim is saved before every
//! call; whatever a call brings is saved before the next. Where somebody else holds the claim there is nothing to do: the debt stays
//! due until the claim ends, so that a holder who dies is replaced.

mod ask;
mod collect;
mod tell;

use jiff::Timestamp;
use messages::SessionId;
use ports::{FailedRecord, KeepDebts, Record, TakePayments};

/// Collects the debts of these sessions, as far as that goes now.
///
/// Returns the records that are to be delivered again because the store did not answer.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<SessionId>>) -> Vec<FailedRecord>
where
    P: KeepDebts + TakePayments + Sync,
{
    let mut failed = Vec::new();
    for record in &records {
        if let Err(error) = collect::collect(ports, now, &record.body).await {
            let session = &record.body;
            tracing::warn!(record.id, session.id = %session, error = &error as &dyn std::error::Error, "the debt will be looked at again");
            failed.push(record.failed());
        }
    }
    failed
}
