//! Whether a station is connected, from lifecycle events that come twice, late and in any order.

use jiff::{SignedDuration, Timestamp};
use messages::{Connection, LifecycleEvent};
use serde::{Deserialize, Serialize};

use crate::Watch;

/// Connections that lie further apart are ordered by their time, which is off by two minutes at most: their numbers begin again after about
/// an hour without a connection, or with a persistent session after its own expiry, which can be short.
const TIME_DECIDES_FROM: SignedDuration = SignedDuration::from_mins(5);

/// What is known of a station's connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    /// Whether it is connected.
    pub state: PresenceState,
    /// Since when, by the broker's clock; ± 2 minutes.
    pub since: Timestamp,
    /// The connection that this is about: its number and its session.
    pub version_number: u64,
    /// See [`LifecycleEvent::session`].
    pub session: String,
    /// Why the connection ended, in AWS's word; none while it is open.
    #[serde(default)]
    pub reason: Option<String>,
    /// What follows from its connections so far.
    #[serde(default)]
    pub watch: Watch,
}

/// Whether a station is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// It holds a connection.
    Online,
    /// It holds none.
    Offline,
}

/// What an event says about what was known.
#[derive(Debug, Clone, PartialEq)]
pub enum Observed {
    /// It is news.
    Changed(Box<Presence>),
    /// It was known, or something later is.
    Known,
}

impl Presence {
    /// What is known after an event of which we hear `now`.
    #[must_use]
    pub fn after(known: Option<&Self>, event: &LifecycleEvent, now: Timestamp) -> Observed {
        let told = Self::told_by(event);
        match known {
            Some(known) if !told.is_later_than(known) => Observed::Known,
            Some(_) | None => Observed::Changed(Box::new(told.following(known, now))),
        }
    }

    fn told_by(event: &LifecycleEvent) -> Self {
        let (state, reason) = match &event.connection {
            Connection::Opened => (PresenceState::Online, None),
            Connection::Closed { reason } => (PresenceState::Offline, reason.clone()),
        };
        let (version_number, session) = (event.version_number, event.session.clone());
        Self { state, since: event.at, version_number, session, reason, watch: Watch::default() }
    }

    /// Of one connection the end is later than the beginning. Two connections are ordered by time where that is beyond doubt, otherwise by
    /// their numbers, and by time again where those are equal.
    fn is_later_than(&self, other: &Self) -> bool {
        if (self.version_number, &self.session) == (other.version_number, &other.session) {
            return self.state == PresenceState::Offline && other.state == PresenceState::Online;
        }
        let apart = self.since.duration_since(other.since);
        if apart.abs() >= TIME_DECIDES_FROM || self.version_number == other.version_number {
            return apart.is_positive();
        }
        self.version_number > other.version_number
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One session for each number and each run of numbers: `run` tells those apart that began again.
    fn event((minute, version_number, is_end): (i64, u64, bool), run: usize) -> LifecycleEvent {
        let connection = if is_end { Connection::Closed { reason: None } } else { Connection::Opened };
        let at = Timestamp::from_second(1_780_000_000 + minute * 60).unwrap();
        LifecycleEvent {
            client: "s-1".to_owned(),
            connection,
            at,
            version_number,
            session: format!("{run}-{version_number}"),
        }
    }

    fn last(events: &[LifecycleEvent]) -> Option<Presence> {
        let last = events.iter().fold(None, |known, event| match Presence::after(known.as_ref(), event, event.at) {
            Observed::Changed(presence) => Some(*presence),
            Observed::Known => known,
        });
        last.map(|presence| Presence { watch: Watch::default(), ..presence })
    }

    #[test]
    fn an_event_is_news_when_it_is_later_than_what_is_known() {
        use PresenceState::{Offline, Online};
        // Connections of a client, as (minute, version, is the end), in the order in which they arrive.
        for (events, state, version) in [
            (&[(0, 1, false)][..], Online, 1),
            (&[(0, 1, false), (5, 1, true)], Offline, 1),
            (&[(5, 1, true), (0, 1, false)], Offline, 1),
            (&[(5, 1, true), (0, 1, false), (5, 1, true)], Offline, 1),
            // A newer connection takes over before the end of the older is told; its times may even look earlier.
            (&[(0, 1, false), (10, 2, false), (11, 1, true)], Online, 2),
            (&[(0, 1, false), (10, 1, true), (9, 2, false)], Online, 2),
            (&[(0, 5, false), (10, 5, true), (20, 0, false)], Online, 0),
            // A connection of days ends with its own number, however late.
            (&[(0, 7, false), (9_000, 7, true)], Offline, 7),
            (&[(9_000, 7, true), (0, 7, false)], Offline, 7),
            // After an hour without a connection the numbers begin again, whether or not the end was heard of.
            (&[(0, 7, false), (5, 7, true), (95, 0, false)], Online, 0),
            (&[(95, 0, false), (0, 7, false), (5, 7, true)], Online, 0),
            (&[(0, 7, false), (95, 0, false)], Online, 0),
        ] {
            let events: Vec<_> = events.iter().map(|&told| event(told, 0)).collect();
            let presence = last(&events).unwrap();
            assert_eq!((presence.state, presence.version_number), (state, version), "{events:?}");
        }
    }

    /// Connections one after the other: how long each lasts and how long the client is then away, in minutes.
    fn history(connections: &[(i64, i64)]) -> Vec<LifecycleEvent> {
        let (mut minute, mut version, mut events) = (0, 0, Vec::new());
        for (run, &(lasts, away)) in connections.iter().enumerate() {
            events.push(event((minute, version, false), run));
            events.push(event((minute + lasts, version, true), run));
            minute += lasts + away;
            // Whether they begin again is up to the session, once nobody was connected for a while.
            version = if away >= 5 && lasts % 2 == 0 { 0 } else { version + 1 };
        }
        events
    }

    proptest! {
        #[test]
        fn order_and_repetition_change_nothing(
            connections in prop::collection::vec((1i64..20_000, prop_oneof![0i64..4, 5i64..5_000]), 1..8),
            is_open in any::<bool>(),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        ) {
            let mut events = history(&connections);
            if is_open {
                events.pop();
            }
            let expected = last(&events);
            // Everything once in some order, with anything repeated before and after.
            let mut mixed: Vec<_> = order.iter().map(|index| index.get(&events).clone()).collect();
            mixed.extend(events.iter().rev().cloned());
            mixed.extend(order.iter().rev().map(|index| index.get(&events).clone()));
            prop_assert_eq!(last(&mixed), expected);
        }
    }
}
