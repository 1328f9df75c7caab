//! A station that is connected and says nothing: when nothing was heard of it for three of its usual intervals and at least three minutes.
//!
//! It is the same fault as a lost connection, since nobody sees the station either way: whichever is found first is the one, and a station
//! that is gone is not silent as well. It is over when the station is heard of again.

use jiff::{SignedDuration, Timestamp};

use super::{later, opened};
use crate::{Cadence, FaultId, Presence, PresenceState, StationChange};

/// The unit of a silence: seconds, of which people are told that they passed without a message.
pub const SILENCE_UNIT: &str = "s of silence";

/// How soon somebody looks whether a silent station is heard of again.
const LISTEN_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// How soon somebody looks whether a station that was never heard of is.
const LISTEN_FIRST_AFTER: SignedDuration = SignedDuration::from_hours(1);

impl Presence {
    /// The fault that a station is silent, if it is. Whoever has never sent anything is not missed: nobody knows whether it should.
    pub(super) fn silent(&self, now: Timestamp, heard: Option<&Cadence>) -> Option<StationChange> {
        let heard = heard.filter(|heard| self.is_silent(now, heard))?;
        let since = self.counts_from(heard);
        let silence = i32::try_from(now.duration_since(since).as_secs()).unwrap_or(i32::MAX);
        let limit = i32::try_from(heard.patience().as_secs()).unwrap_or(i32::MAX);
        let evidence = format!(
            "connected since {}, but silent: last heard of at {}, until then {}",
            self.since,
            heard.heard_at,
            heard.in_words()
        );
        let measured = (f64::from(silence), f64::from(limit), SILENCE_UNIT);
        Some(opened(FaultId::Offline, (now, since), measured, evidence))
    }

    /// Whether a connected station should have been heard of by now.
    pub(super) fn is_silent(&self, now: Timestamp, heard: &Cadence) -> bool {
        self.state == PresenceState::Online && now >= self.silent_from(heard)
    }

    /// When somebody has to listen for it, as seen from a look `now`.
    pub(super) fn listen_at(&self, now: Timestamp, heard: Option<&Cadence>) -> Option<Timestamp> {
        if self.state == PresenceState::Offline {
            return None;
        }
        Some(match heard {
            None => later(now, LISTEN_FIRST_AFTER),
            Some(heard) if self.open(&FaultId::Offline).is_none() => self.silent_from(heard),
            Some(_) => later(now, LISTEN_AGAIN_AFTER),
        })
    }

    /// When somebody has to listen for it first, if an event is all that is known.
    pub(super) fn listen_first_at(&self) -> Option<Timestamp> {
        let nothing_yet = Cadence::after(None, self.since);
        (self.state == PresenceState::Online).then(|| self.silent_from(&nothing_yet))
    }

    fn silent_from(&self, heard: &Cadence) -> Timestamp {
        later(self.counts_from(heard), heard.patience())
    }

    /// From when on a silence counts: what was not heard before the station connected says nothing.
    fn counts_from(&self, heard: &Cadence) -> Timestamp {
        heard.heard_at.max(self.since)
    }
}

#[cfg(test)]
mod tests;
