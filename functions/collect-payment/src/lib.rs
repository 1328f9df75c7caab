//! Debts and holds to Stripe.
//!
//! A record says only that a debt may be due. The debt is read, `billing::payment` says what to do, and a claim is saved before every
//! call; whatever a call brings is saved before the next. Where somebody else holds the claim there is nothing to do: the debt stays
//! due until the claim ends, so that a holder who dies is replaced.

mod ask;
mod collect;
mod hold;
mod tell;

use jiff::Timestamp;
use ports::{CommandStations, FailedRecord, KeepDebts, KeepHolds, Payable, PortError, Record, TakeHolds, TakePayments};

/// What collecting takes.
pub trait CollectPorts: KeepDebts + TakePayments + KeepHolds + TakeHolds + CommandStations + Sync {}

impl<P: KeepDebts + TakePayments + KeepHolds + TakeHolds + CommandStations + Sync> CollectPorts for P {}

/// Collects these debts and holds, as far as that goes now.
///
/// Returns the records that are to be delivered again because the store did not answer.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<Payable>>) -> Vec<FailedRecord>
where
    P: CollectPorts,
{
    let mut failed = Vec::new();
    for record in &records {
        if let Err(error) = collect(ports, now, &record.body).await {
            let payable = &record.body;
            tracing::warn!(record.id, ?payable, error = &error as &dyn std::error::Error, "it will be looked at again");
            failed.push(record.failed());
        }
    }
    failed
}

async fn collect<P>(ports: &P, now: Timestamp, payable: &Payable) -> Result<(), PortError>
where
    P: CollectPorts,
{
    match payable {
        Payable::Debt(session) => collect::collect(ports, now, session).await,
        Payable::Hold(id) => hold::collect(ports, now, id).await,
    }
}
