//! What ends by itself when its time has come: holds and open checkout sessions.
//!
//! The double looks before every request, and of its own accord while something may end, so that the events are made by
//! the clock and not by whoever asks next.

use crate::checkout_sessions::{self, CheckoutSession};
use crate::errors::Refusal;
use crate::holds;
use crate::payment_intents::PaymentIntent;
use crate::work::Work;

/// Ends whatever is over by now.
pub(crate) fn run(work: &mut Work<'_>) -> Result<(), Refusal> {
    let ending: Vec<String> = work.ledger().ending().iter().cloned().collect();
    for id in ending {
        if let Some(intent) = work.find::<PaymentIntent>(&id)? {
            holds::expire(work, intent)?;
        } else if let Some(session) = work.find::<CheckoutSession>(&id)?
            && session.expires_at <= work.now().as_second()
        {
            checkout_sessions::end(work, session)?;
        }
    }
    Ok(())
}
