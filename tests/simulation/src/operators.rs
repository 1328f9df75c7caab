//! Operators who give money back: an order reads what was paid, decides by `billing` what may go back, and writes that it is to.

use billing::payment::{NotRefundable, Returns};
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepReturns, ReadPayments, Saved};

use crate::wanted_back::Share;

/// How often an order that met somebody else's write decides again.
const ATTEMPTS: usize = 10;

/// An order, and what its operator heard of it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) session: SessionId,
    /// Which payment: the one of this intent.
    pub(crate) intent: String,
    pub(crate) share: Share,
    /// Different for each order, so that the books say which order a refund is.
    pub(crate) reason: String,
    pub(crate) heard: Heard,
}

/// What an operator heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// So much goes back.
    Accepted { minor: i64 },
    /// Nothing goes back.
    Refused,
    /// Nothing, or that something failed: only the books can tell.
    Nothing,
}

impl Order {
    /// Carries it out.
    pub(crate) async fn carry_out<P>(self, ports: P, now: Timestamp) -> Heard
    where
        P: ReadPayments + KeepReturns + Sync,
    {
        for _ in 0..ATTEMPTS {
            let Ok(payments) = ports.payments_of(&self.session).await else { return Heard::Refused };
            let Some(payment) = payments.into_iter().find(|payment| payment.intent == self.intent) else {
                return Heard::Refused;
            };
            let Ok(known) = ports.returns(&self.session).await else { return Heard::Refused };
            let known = known.into_iter().find(|known| known.payment == payment.number);
            let minor = match self.share {
                Share::Rest => None,
                Share::Percent(percent) => Some(payment.captured.minor * percent / 100),
            };
            let known = known.unwrap_or_else(|| Returns::of(&payment));
            let asked = match known.asked(minor, &self.reason, now) {
                // Whoever is told so asks for as much as can go back.
                Err(NotRefundable::NotPayable(amount)) => known.asked(Some(amount.minor), &self.reason, now),
                asked => asked,
            };
            let Ok(asked) = asked else { return Heard::Refused };
            let minor = asked.refunds.last().map_or(0, |refund| refund.amount_minor);
            match ports.ask_returns(&asked).await {
                Ok(Saved::Done) => return Heard::Accepted { minor },
                Ok(Saved::Conflict) => {}
                Err(_) => return Heard::Nothing,
            }
        }
        Heard::Refused
    }
}
