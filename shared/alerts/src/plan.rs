//! What is to be done about an alert now. Claim, publish, record: only who saved the claim may publish, and what came of it is
//! recorded on whatever the alert has become by then.

use jiff::{SignedDuration, Timestamp};

use crate::publication::compose;
use crate::{Alert, Claim, Delivery, Publication, Stage, Telling};

/// How long a claim keeps others from publishing, s. Longer than a function may run: its owner is gone when it has passed.
const LEASE_S: i64 = 60;
/// The pause after the first attempt that failed, s; it doubles with every further one.
const FIRST_PAUSE_S: i64 = 30;
/// The longest pause between two attempts, s.
const LONGEST_PAUSE_S: i64 = 3_600;
/// Attempts per message. With the pauses between them they fill about a day; nobody acts on an older alert.
const MAX_ATTEMPTS: u32 = 30;

/// What is to be done about an alert.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Save the claimed alert; if that succeeded, publish and record.
    Publish(Box<Publishing>),
    /// Nothing before this time: somebody else is publishing, or a channel needs a pause.
    Wait {
        /// When to look again.
        until: Timestamp,
    },
    /// Nothing is left to tell: save this, which is due no more.
    Finish(Box<Alert>),
    /// Nothing is left to tell.
    Done,
}

/// One message that may be published once `claimed` is saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Publishing {
    /// The alert with the claim, to be saved first.
    pub claimed: Alert,
    /// The claim, to be named when its outcome is recorded.
    pub claim: Claim,
    /// The message.
    pub publication: Publication,
}

/// What came of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It went out.
    Published,
    /// The channel will never take it.
    Refused,
    /// It may or may not have gone out.
    Failed,
}

/// What one delivery needs.
enum Need {
    /// This, now.
    Tell(Stage),
    /// Something, but not before this time.
    Pause(Timestamp),
    /// Nothing.
    Nothing,
}

/// What is to be done about `alert` at `now`.
#[must_use]
pub fn next(alert: &Alert, now: Timestamp) -> Next {
    if let Some(claim) = &alert.claim
        && now < claim.until
    {
        return Next::Wait { until: claim.until };
    }
    let alert = alert.clone().without_exhausted(now);
    let needs: Vec<Need> = alert.deliveries.iter().map(|delivery| alert.need(delivery, now)).collect();
    let tell = needs.iter().zip(&alert.deliveries).find_map(|(need, delivery)| match need {
        Need::Tell(stage) => Some((*stage, delivery)),
        Need::Pause(_) | Need::Nothing => None,
    });
    if let Some((stage, delivery)) = tell {
        return Next::Publish(Box::new(alert.claim_for(stage, delivery, now)));
    }
    match earliest(&needs) {
        Some(until) => Next::Wait { until },
        None if alert.due_at.is_none() && alert.claim.is_none() => Next::Done,
        None => Next::Finish(Box::new(Alert { due_at: None, claim: None, ..alert })),
    }
}

impl Alert {
    /// The alert after the publication under `claim` had this outcome. `self` is the alert as it is now: it may have been resolved or
    /// claimed by somebody else since.
    #[must_use]
    pub fn record(mut self, claim: &Claim, outcome: Outcome, now: Timestamp) -> Self {
        if self.claim.as_ref().is_some_and(|held| held.attempt == claim.attempt) {
            self.claim = None;
        }
        for delivery in self.deliveries.iter_mut().filter(|delivery| delivery.target == claim.target) {
            delivery.record(claim.stage, outcome, now);
        }
        self.due_at = self.next_due(now);
        self
    }

    /// What `delivery` needs. A resolved alert is told where the opening was told; where it was not told yet, one message tells both.
    fn need(&self, delivery: &Delivery, now: Timestamp) -> Need {
        let (stage, telling) = match (delivery.opening, &self.resolution) {
            (Telling::Pending { .. }, None) => (Stage::Opening, delivery.opening),
            (Telling::Pending { .. }, Some(_)) => (Stage::Both, delivery.opening),
            (Telling::Told { .. }, Some(_)) => (Stage::Resolution, delivery.resolution),
            (Telling::Told { .. }, None) | (Telling::Refused { .. } | Telling::GivenUp { .. }, _) => {
                return Need::Nothing;
            }
        };
        match telling {
            Telling::Pending { retry_at: Some(at), .. } if now < at => Need::Pause(at),
            Telling::Pending { .. } => Need::Tell(stage),
            Telling::Told { .. } | Telling::Refused { .. } | Telling::GivenUp { .. } => Need::Nothing,
        }
    }

    /// When something is to be done next.
    fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        if let Some(claim) = &self.claim {
            return Some(claim.until);
        }
        let needs: Vec<Need> = self.deliveries.iter().map(|delivery| self.need(delivery, now)).collect();
        if needs.iter().any(|need| matches!(need, Need::Tell(_))) { Some(now) } else { earliest(&needs) }
    }

    fn claim_for(&self, stage: Stage, delivery: &Delivery, now: Timestamp) -> Publishing {
        let attempt = self.claims.saturating_add(1);
        let until = later(now, LEASE_S);
        let claim = Claim { attempt, target: delivery.target.clone(), stage, until };
        let mut claimed = self.clone();
        for claimed in claimed.deliveries.iter_mut().filter(|one| one.target == delivery.target) {
            claimed.telling_mut(stage).attempted(now);
        }
        let claimed = Self { claim: Some(claim.clone()), claims: attempt, due_at: Some(until), ..claimed };
        Publishing { claimed, claim, publication: compose(self, delivery, stage) }
    }

    /// This alert, without what was tried too often.
    fn without_exhausted(mut self, now: Timestamp) -> Self {
        for delivery in &mut self.deliveries {
            if delivery.opening.is_exhausted() {
                delivery.opening = Telling::GivenUp { at: now };
                delivery.resolution = Telling::GivenUp { at: now };
            } else if delivery.resolution.is_exhausted() {
                delivery.resolution = Telling::GivenUp { at: now };
            }
        }
        self
    }
}

impl Delivery {
    fn telling_mut(&mut self, stage: Stage) -> &mut Telling {
        match stage {
            Stage::Opening | Stage::Both => &mut self.opening,
            Stage::Resolution => &mut self.resolution,
        }
    }

    fn record(&mut self, stage: Stage, outcome: Outcome, now: Timestamp) {
        self.telling_mut(stage).settle(outcome, now);
        match (stage, outcome) {
            // Where the opening cannot be told, the end is not told either.
            (Stage::Both, Outcome::Published | Outcome::Refused) | (Stage::Opening, Outcome::Refused) => {
                self.resolution.settle(outcome, now);
            }
            (Stage::Opening, Outcome::Published)
            | (Stage::Opening | Stage::Both, Outcome::Failed)
            | (Stage::Resolution, _) => {}
        }
    }
}

impl Telling {
    fn is_exhausted(self) -> bool {
        matches!(self, Self::Pending { attempts: MAX_ATTEMPTS.., .. })
    }

    fn attempted(&mut self, now: Timestamp) {
        match self {
            Self::Pending { attempts, .. } => {
                let attempts = attempts.saturating_add(1);
                *self = Self::Pending { attempts, retry_at: Some(later(now, pause_s(attempts))) };
            }
            Self::Told { .. } | Self::Refused { .. } | Self::GivenUp { .. } => {}
        }
    }

    /// What is settled stays; but a message that went out was told, whatever was thought before.
    fn settle(&mut self, outcome: Outcome, now: Timestamp) {
        match (*self, outcome) {
            (Self::Told { .. }, _)
            | (Self::Refused { .. } | Self::GivenUp { .. }, Outcome::Refused | Outcome::Failed) => {}
            (Self::Pending { .. } | Self::Refused { .. } | Self::GivenUp { .. }, Outcome::Published) => {
                *self = Self::Told { at: now };
            }
            (Self::Pending { .. }, Outcome::Refused) => *self = Self::Refused { at: now },
            (Self::Pending { attempts, .. }, Outcome::Failed) => {
                *self = Self::Pending { attempts, retry_at: Some(later(now, pause_s(attempts))) };
            }
        }
    }
}

fn earliest(needs: &[Need]) -> Option<Timestamp> {
    let pauses = needs.iter().filter_map(|need| match need {
        Need::Pause(until) => Some(*until),
        Need::Tell(_) | Need::Nothing => None,
    });
    pauses.min()
}

/// The pause after that many attempts, s.
fn pause_s(attempts: u32) -> i64 {
    let doubled = FIRST_PAUSE_S.checked_shl(attempts.saturating_sub(1).min(16)).unwrap_or(LONGEST_PAUSE_S);
    doubled.min(LONGEST_PAUSE_S)
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;
