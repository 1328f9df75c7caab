//! Debts and holds to Stripe, what goes back of their payments, and the cards that drivers save.
//!
//! A record says only that something of a session may be due. The debt is read, `billing::payment` says what to do, and a claim is saved before every
//! call; whatever a call brings is saved before the next. Where somebody else holds the claim there is nothing to do: the debt stays
//! due until the claim ends, so that a holder who dies is replaced.

mod ask;
mod card;
mod debt;
mod give_back;
mod hold;
mod run;
mod tell;

use jiff::Timestamp;
use messages::SessionId;
use ports::{
    CommandStations, FailedRecord, GiveBack, KeepCards, KeepDebts, KeepHolds, KeepReturns, Payable, PortError,
    ReadStations, ReadUnpaid, Record, SaveCards, TakeHolds, TakePayments,
};

/// What collecting takes.
pub trait CollectPorts:
    KeepDebts
    + TakePayments
    + KeepHolds
    + TakeHolds
    + KeepReturns
    + GiveBack
    + KeepCards
    + SaveCards
    + ReadUnpaid
    + ReadStations
    + CommandStations
    + Sync
{
}

impl<P> CollectPorts for P where
    P: KeepDebts
        + TakePayments
        + KeepHolds
        + TakeHolds
        + KeepReturns
        + GiveBack
        + KeepCards
        + SaveCards
        + ReadUnpaid
        + ReadStations
        + CommandStations
        + Sync
{
}

/// Collects these debts and holds, gives back what is to go back, and has drivers save their cards, as far as that goes now.
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
        Payable::Debt(session) => of_session(ports, now, session).await,
        Payable::Hold(id) => run::run(&hold::OfId(id), ports, now).await,
        Payable::Card(driver) => card::save_card(ports, now, driver).await,
    }
}

async fn of_session<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: CollectPorts,
{
    run::run(&debt::OfSession(session), ports, now).await?;
    give_back::give_back(ports, now, session).await
}
