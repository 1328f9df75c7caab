//! A hold while its session runs: whose it is, what it has cost, and whether it has to be stopped.

use jiff::Timestamp;
use messages::{ConnectorKey, SessionId};

use super::{Hold, HoldState, Usage};
use crate::money::Money;

/// A hold that pays for a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// It is this session's now, and has to be saved.
    Now(Box<Hold>),
    /// It was before.
    Before,
}

/// Why a hold does not pay for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TurnedAway {
    /// It pays for another session: a token is good once.
    #[error("the hold pays for another session")]
    UsedBefore,
    /// Nothing is held, or no longer.
    #[error("nothing is held")]
    NotHeld,
    /// It was asked for at another EVSE.
    #[error("the hold is for another EVSE")]
    Elsewhere,
}

impl Hold {
    /// The hold as the payer of a session that has begun on its token; of one session only, however often this is asked.
    ///
    /// # Errors
    /// [`TurnedAway`]: it does not pay for this one.
    pub fn bound_to(
        &self,
        session: &SessionId,
        connector: Option<ConnectorKey>,
        now: Timestamp,
    ) -> Result<Bound, TurnedAway> {
        match &self.session {
            Some(paid) if paid == session => return Ok(Bound::Before),
            Some(_) => return Err(TurnedAway::UsedBefore),
            None => {}
        }
        if session.station != self.station || connector.map(|key| key.evse_id) != Some(self.connector.evse_id) {
            return Err(TurnedAway::Elsewhere);
        }
        match self.state {
            HoldState::Authorized { .. } => {
                let mut hold = Self { session: Some(session.clone()), ..self.clone() };
                // Whoever is at work on it says when it is due.
                if hold.claim.is_none() {
                    hold.due_at = hold.look_at(now);
                }
                Ok(Bound::Now(Box::new(hold)))
            }
            HoldState::Asked
            | HoldState::Creating { .. }
            | HoldState::Created { .. }
            | HoldState::Confirming { .. }
            | HoldState::RequiresAction { .. }
            | HoldState::Capturing { .. }
            | HoldState::Canceling { .. }
            | HoldState::Succeeded { .. }
            | HoldState::Canceled { .. }
            | HoldState::Expired { .. } => Err(TurnedAway::NotHeld),
        }
    }

    /// The hold with the cost of its session so far, where that is news.
    #[must_use]
    pub fn with_used(&self, used: Money) -> Option<Self> {
        let is_news = self.used != Some(used) && self.end.is_none() && !self.state.is_final();
        is_news.then(|| Self { used: Some(used), ..self.clone() })
    }

    /// Whether its session, which still runs, has to be stopped: the next message may come when the hold is used up, nothing is held any
    /// more, or the hold ends soon.
    #[must_use]
    pub fn must_stop(&self, usage: Option<&Usage>, now: Timestamp) -> bool {
        let is_held = matches!(self.state, HoldState::Authorized { .. });
        let is_used_up = usage.is_some_and(|usage| usage.at_next.minor > self.amount.minor);
        let ends = self.stop_by().is_some_and(|stop_by| stop_by <= now);
        !is_held || is_used_up || ends
    }
}
