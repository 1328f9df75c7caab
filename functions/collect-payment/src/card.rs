//! One run over what a driver is asked for: as many steps as can be taken now.

use std::error::Error;

use billing::payment::{CardCall, CardFact, CardRequest, CardStep, SavedCard};
use jiff::Timestamp;
use messages::{DriverId, SessionId};
use ports::{KeepCards, KeepDebts, PaymentError, PortError, ReadUnpaid, SaveCards, Saved, TakePayments};

use crate::debt::OfSession;
use crate::run;

/// The most steps of one run, with those that met somebody else's write; a run without surprises takes two.
const STEPS: usize = 8;

/// Takes every step that can be taken now.
pub(crate) async fn save_card<P>(ports: &P, now: Timestamp, driver: &DriverId) -> Result<(), PortError>
where
    P: KeepCards + SaveCards + ReadUnpaid + KeepDebts + TakePayments + Sync,
{
    for _ in 0..STEPS {
        let Some(request) = ports.card_request(driver).await? else {
            tracing::debug!(driver.id = %driver, "the driver was asked for no card");
            return Ok(());
        };
        let next = match request.next_step(now) {
            CardStep::Call(call) => {
                let fact = ask(ports, &call, driver).await;
                request.after(fact, now)
            }
            CardStep::TakeUpUnpaid { card, then } => {
                take_up_unpaid(ports, now, driver, &card).await?;
                *then
            }
            CardStep::Settle(settled) => *settled,
            CardStep::Wait => return Ok(()),
        };
        save(ports, &request, next).await?;
    }
    // It is due: the next run goes on from what is stored.
    Ok(())
}

/// Saves a changed request with everything that follows. Where somebody else has written the next step is taken from what is stored.
async fn save<P>(ports: &P, before: &CardRequest, after: CardRequest) -> Result<(), PortError>
where
    P: KeepCards + Sync,
{
    let card = after.newly_saved(before);
    match ports.save_card_request(&after, card.as_ref()).await? {
        Saved::Done if before.state != after.state => {
            tracing::info!(driver.id = %after.order.driver, card.state = after.state.as_str(), "a driver's card moved on");
        }
        Saved::Done | Saved::Conflict => {}
    }
    Ok(())
}

/// Has the debts that were given up tried again. One that is paid, or that this card cannot pay, stays as it is.
async fn take_up_unpaid<P>(ports: &P, now: Timestamp, driver: &DriverId, card: &SavedCard) -> Result<(), PortError>
where
    P: ReadUnpaid + KeepDebts + TakePayments + Sync,
{
    for session in ports.unpaid_of(driver).await? {
        if take_up(ports, now, &session, card).await? == Saved::Done {
            run::run(&OfSession(&session), ports, now).await?;
        }
    }
    Ok(())
}

async fn take_up<P>(ports: &P, now: Timestamp, session: &SessionId, card: &SavedCard) -> Result<Saved, PortError>
where
    P: KeepDebts + Sync,
{
    let Some(debt) = ports.debt(session).await? else { return Ok(Saved::Conflict) };
    match debt.with_new_card(card, now) {
        Ok(reopened) => ports.save_debt(&reopened, None, &[]).await,
        Err(why) => {
            tracing::info!(session.id = %session, reason = %why, "a debt is not tried again with the new card");
            Ok(Saved::Conflict)
        }
    }
}

/// Makes the call.
async fn ask<P: SaveCards + Sync>(ports: &P, call: &CardCall, driver: &DriverId) -> CardFact {
    let reply = match call {
        CardCall::Open { key, order } => ports.open_card_page(key, order).await,
        CardCall::Read { page } => ports.read_card_page(page).await,
    };
    let error = match reply {
        Ok(page) => return CardFact::Shown(page),
        Err(error) => error,
    };
    tracing::warn!(driver.id = %driver, error = &error as &dyn Error, "Stripe did not do it");
    match error {
        PaymentError::Refused(_) => CardFact::Refused,
        PaymentError::Later(_) | PaymentError::Unknown(_) | PaymentError::Declined(_) | PaymentError::NeedsDriver => {
            CardFact::Unanswered
        }
    }
}
