//! Faults of a station's connection: it stays away, or it comes and goes.
//!
//! Events say what happened; only a look a while later says what it means, since a backlog of events may tell next that the station is
//! back. So an event sets the time of the next look and a look decides. A station is offline when its connection was lost 120 s ago (one that
//! it ended itself was not lost), and no longer when it has been connected for 10 min: one that reconnects for a moment is still the same
//! fault. It is flapping when a bucket into which each loss pours one, and from which one leaks every 10 min, holds six; no longer when
//! it has been connected for 10 min and the bucket holds less. A station that is connected and silent is offline as well: see `silence`.

mod silence;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use silence::SILENCE_UNIT;

use crate::{Cadence, ChangeKind, Episode, FaultId, Presence, PresenceState, Severity};

/// A lost connection is a fault after this.
const OFFLINE_AFTER: SignedDuration = SignedDuration::from_secs(120);

/// A connection that holds so long is stable.
const STABLE_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// A station with an open fault is looked at again after this, whatever happens: it may belong to nobody any more.
const LOOK_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// In this time one loss leaks out of the bucket.
const LEAKS_IN: SignedDuration = SignedDuration::from_mins(10);

/// So many losses in the bucket are a fault.
const FLAPPING_FROM: i32 = 6;

/// The bucket holds no more losses: what is poured in then says nothing more, and would only leak for hours.
const BUCKET_HOLDS: i32 = 12;

/// How AWS IoT says that the client ended the connection itself.
const BY_CLIENT: &str = "CLIENT_INITIATED_DISCONNECT";

/// What is remembered of a station's connection beside its state.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Watch {
    /// When somebody has to look at it; none when nothing is to be decided before the next event.
    #[serde(default)]
    pub check_at: Option<Timestamp>,
    /// Faults that are open.
    #[serde(default)]
    pub episodes: Vec<Episode>,
    /// Since when the outage of the site has been, with which its own absence was told; none when it was told by itself.
    #[serde(default)]
    pub told_with_site: Option<Timestamp>,
    /// Whether the fault that the station is offline is a silence: it was connected all the while.
    #[serde(default)]
    is_silence: bool,
    /// How often the connection was lost of late; none before the first time.
    #[serde(default)]
    losses: Option<Losses>,
}

/// The bucket of losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Losses {
    /// When the bucket will be empty.
    empty_at: Timestamp,
    /// When the latest was poured in.
    latest: Timestamp,
    /// Whether there were enough of them for a fault then, until the connection is stable again.
    are_too_many: bool,
}

/// One change of the faults of a station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationChange {
    /// Opened or cleared.
    pub kind: ChangeKind,
    /// When that was decided by; for a cleared fault when it was over.
    pub at: Timestamp,
    /// The episode, with the measured value and the evidence of this change.
    pub episode: Episode,
}

impl Losses {
    fn after(known: Option<Self>, at: Timestamp) -> Self {
        let empty_at = known.map_or(at, |losses| losses.empty_at.max(at));
        let empty_at = later(empty_at, LEAKS_IN).min(later(at, LEAKS_IN * BUCKET_HOLDS));
        let losses = Self { empty_at, latest: at, are_too_many: false };
        Self { are_too_many: losses.level(at) >= f64::from(FLAPPING_FROM), ..losses }
    }

    /// What the bucket holds at that time.
    fn level(&self, at: Timestamp) -> f64 {
        self.empty_at.duration_since(at).as_secs_f64() / LEAKS_IN.as_secs_f64()
    }

    /// From when on it holds less than a fault takes.
    fn below_at(&self) -> Timestamp {
        self.empty_at.saturating_sub(LEAKS_IN * FLAPPING_FROM - SignedDuration::from_secs(1)).unwrap_or(Timestamp::MIN)
    }
}

impl Presence {
    /// This presence, which follows on another one (or is the first), learned `now`.
    pub(crate) fn following(mut self, known: Option<&Self>, now: Timestamp) -> Self {
        self.watch = known.map(|known| known.watch.clone()).unwrap_or_default();
        let other_took_over =
            known.is_some_and(|known| known.state == PresenceState::Online) && self.state == PresenceState::Online;
        if self.is_lost() || other_took_over {
            self.watch.losses = Some(Losses::after(self.watch.losses, self.since));
        }
        if self.is_lost() {
            self.watch.is_silence = false;
        }
        let listen_at = self.listen_first_at().map(|at| at.max(now));
        self.watch.check_at = [self.check_at(now), listen_at].into_iter().flatten().min();
        self
    }

    /// Whether it is gone without having said so.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.state == PresenceState::Offline && self.reason.as_deref() != Some(BY_CLIENT)
    }

    /// Whether nobody sees it: it is gone, or connected and silent.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.is_lost() || self.watch.is_silence
    }

    /// What is known after a look `now`, and what that changes. `heard` is when its samples came, none when there were never any. Looking
    /// again changes nothing.
    #[must_use]
    pub fn looked_at(&self, now: Timestamp, heard: Option<&Cadence>) -> (Self, Vec<StationChange>) {
        let changes: Vec<_> = [self.offline(now, heard), self.flapping(now)].into_iter().flatten().collect();
        let mut after = self.clone();
        for change in &changes {
            change.apply(&mut after.watch.episodes);
        }
        if self.is_steady(now)
            && let Some(losses) = &mut after.watch.losses
        {
            losses.are_too_many = false;
        }
        after.watch.is_silence = after.open(&FaultId::Offline).is_some() && self.is_silence(now);
        after.watch.check_at = [after.check_at(now), after.listen_at(now, heard)].into_iter().flatten().min();
        (after, changes)
    }

    /// Whether what is open after this look is a silence. A loss goes on as one when the connection is back and nothing is heard.
    fn is_silence(&self, now: Timestamp) -> bool {
        match self.open(&FaultId::Offline) {
            Some(_) => self.watch.is_silence || self.is_connected_long(now),
            None => self.state == PresenceState::Online,
        }
    }

    /// What is known of a station that belongs to nobody any more: nothing is missed, and what was open is over.
    #[must_use]
    pub fn given_up(&self, now: Timestamp) -> (Self, Vec<StationChange>) {
        let over = |episode: &Episode| cleared(episode, now, "the station is no longer registered".to_owned());
        let changes = self.watch.episodes.iter().map(over).collect();
        let watch = Watch { told_with_site: self.watch.told_with_site, ..Watch::default() };
        (Self { watch, ..self.clone() }, changes)
    }

    fn offline(&self, now: Timestamp, heard: Option<&Cadence>) -> Option<StationChange> {
        match self.open(&FaultId::Offline) {
            None if self.is_lost() && now >= later(self.since, OFFLINE_AFTER) => {
                let away = now.duration_since(self.since).as_secs();
                let evidence = format!("not connected since {}{}", self.since, self.because());
                let value = f64::from(i32::try_from(away).unwrap_or(i32::MAX));
                Some(opened(FaultId::Offline, (now, self.since), (value, OFFLINE_AFTER.as_secs_f64(), "s"), evidence))
            }
            None => self.silent(now, heard),
            Some(episode) => {
                let (at, evidence) = self.back(now, heard, episode)?;
                Some(cleared(episode, at, evidence))
            }
        }
    }

    /// Since when a station is no longer offline and how that is known, if it is not: it is heard of again after a silence; it has been
    /// connected for long, and does not keep silent, after a loss.
    fn back(&self, now: Timestamp, heard: Option<&Cadence>, episode: &Episode) -> Option<(Timestamp, String)> {
        if heard.is_some_and(|heard| self.is_silent(now, heard)) {
            return None;
        }
        if !self.watch.is_silence {
            let at = self.stable_at();
            return self.is_connected_long(now).then(|| (at, format!("connected since {}", self.since)));
        }
        let heard = heard.filter(|heard| heard.heard_at > episode.opened_at)?;
        let is_online = self.state == PresenceState::Online;
        is_online.then(|| (heard.heard_at, format!("heard of again at {}", heard.heard_at)))
    }

    fn flapping(&self, now: Timestamp) -> Option<StationChange> {
        let losses = self.watch.losses?;
        match (self.open(&FaultId::Flapping), losses.are_too_many) {
            (None, true) if !self.is_steady(now) => {
                let level = (losses.level(losses.latest) * 10.0).floor() / 10.0;
                let evidence = format!(
                    "lost its connection again and again, the last time at {}{}: {level} more often than once in 10 min",
                    losses.latest,
                    self.because()
                );
                let measured = (level, f64::from(FLAPPING_FROM), "disconnects");
                Some(opened(FaultId::Flapping, (now, losses.latest), measured, evidence))
            }
            (Some(episode), _) if self.is_steady(now) => {
                let at = self.stable_at().max(losses.below_at());
                Some(cleared(episode, at, format!("connected since {}", self.since)))
            }
            (None | Some(_), _) => None,
        }
    }

    fn open(&self, fault: &FaultId) -> Option<&Episode> {
        self.watch.episodes.iter().find(|episode| episode.fault == *fault)
    }

    /// Whether nothing speaks for a fault any more.
    fn is_steady(&self, now: Timestamp) -> bool {
        self.is_connected_long(now) && self.watch.losses.is_none_or(|losses| now >= losses.below_at())
    }

    fn is_connected_long(&self, now: Timestamp) -> bool {
        self.state == PresenceState::Online && now >= self.stable_at()
    }

    fn stable_at(&self) -> Timestamp {
        later(self.since, STABLE_AFTER)
    }

    /// When to look next, as seen from `now`.
    fn check_at(&self, now: Timestamp) -> Option<Timestamp> {
        let again = (!self.watch.episodes.is_empty()).then(|| later(now, LOOK_AGAIN_AFTER));
        self.next_look().map(|at| at.max(now)).or(again)
    }

    /// When a look can decide something, if no event comes before.
    fn next_look(&self) -> Option<Timestamp> {
        let (offline, flapping) = (self.open(&FaultId::Offline), self.open(&FaultId::Flapping));
        let is_online = self.state == PresenceState::Online;
        let losses = self.watch.losses;
        let gone = (self.is_lost() && offline.is_none()).then(|| later(self.since, OFFLINE_AFTER));
        let too_many = losses.filter(|losses| losses.are_too_many && flapping.is_none()).map(|losses| losses.latest);
        let back = offline.filter(|_| is_online && !self.watch.is_silence).map(|_| self.stable_at());
        let below_at = losses.map_or(Timestamp::MIN, |losses| losses.below_at());
        let steady = flapping.filter(|_| is_online).map(|_| self.stable_at().max(below_at));
        [gone, too_many, back, steady].into_iter().flatten().min()
    }

    /// ` (MQTT_KEEP_ALIVE_TIMEOUT)`, where AWS says so.
    fn because(&self) -> String {
        self.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default()
    }
}

impl StationChange {
    fn apply(&self, episodes: &mut Vec<Episode>) {
        episodes.retain(|episode| episode.fault != self.episode.fault);
        match self.kind {
            ChangeKind::Opened => episodes.push(self.episode.clone()),
            ChangeKind::Cleared => {}
        }
    }
}

fn opened(
    fault: FaultId,
    (at, opened_at): (Timestamp, Timestamp),
    (value, limit, unit): (f64, f64, &str),
    evidence: String,
) -> StationChange {
    let (severity, unit) = (Severity::P2, unit.to_owned());
    let episode = Episode { fault, severity, opened_at, value, limit, unit, evidence };
    StationChange { kind: ChangeKind::Opened, at, episode }
}

fn cleared(episode: &Episode, at: Timestamp, evidence: String) -> StationChange {
    StationChange { kind: ChangeKind::Cleared, at, episode: Episode { value: 0.0, evidence, ..episode.clone() } }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
