//! Whatever happens to whoever publishes: everybody is told, nobody more often than the failures explain.

use proptest::prelude::*;

use super::*;
use crate::samples::{at, open, overvoltage, unpaid};
use crate::{AfterFailure, Ending, Language, Resolution, Target};

/// What may happen next.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// Somebody reads the alert, and claims a message if there is one to be claimed.
    Wake,
    /// The oldest reader whose claim still holds publishes: it goes out, and that is recorded.
    Publish,
    /// It goes out, and whoever published dies before saying so.
    PublishAndDie,
    /// It goes out, but the answer is lost.
    PublishUnanswered,
    /// It does not go out.
    Fail,
    /// The channel refuses.
    Refuse,
    /// Whoever claimed dies before publishing.
    Die,
    /// The cause is gone: written without reading.
    Resolve,
    /// Time passes, s.
    Pass(i64),
}

/// The stored alert, those who work on it, and what has gone out.
struct World {
    now: Timestamp,
    stored: Alert,
    workers: Vec<Publishing>,
    sent: Vec<(Target, Stage)>,
    /// Publications that went out without anybody recording it.
    unrecorded: usize,
}

impl World {
    fn save(&mut self, alert: Alert) -> bool {
        let is_current = alert.version == self.stored.version;
        if is_current {
            self.stored = Alert { version: alert.version + 1, ..alert };
        }
        is_current
    }

    fn wake(&mut self) {
        match next(&self.stored, self.now) {
            Next::Publish(publishing) => {
                // A lost claim is a worker who reads again; a test of the handler shows that it does.
                assert!(self.save(publishing.claimed.clone()));
                self.workers.push(*publishing);
            }
            Next::Finish(alert) => assert!(self.save(*alert)),
            Next::Wait { .. } | Next::Done => {}
        }
    }

    /// The oldest worker who is still alive: a function is stopped before its claim has passed.
    fn worker(&mut self) -> Option<Publishing> {
        self.workers.retain(|worker| self.now < worker.claim.until);
        (!self.workers.is_empty()).then(|| self.workers.remove(0))
    }

    fn publish(&mut self, goes_out: bool, recorded: Option<Outcome>) {
        let Some(worker) = self.worker() else { return };
        let unrecorded = goes_out && recorded != Some(Outcome::Published);
        self.unrecorded += usize::from(unrecorded);
        if goes_out {
            self.sent.push((worker.claim.target.clone(), worker.claim.stage));
        }
        if let Some(outcome) = recorded {
            let saved = self.stored.clone().record(&worker.claim, outcome, self.now);
            assert!(self.save(saved));
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Wake => self.wake(),
            Event::Publish => self.publish(true, Some(Outcome::Published)),
            Event::PublishAndDie => self.publish(true, None),
            Event::PublishUnanswered => self.publish(true, Some(Outcome::Failed)),
            Event::Fail => self.publish(false, Some(Outcome::Failed)),
            Event::Refuse => self.publish(false, Some(Outcome::Refused)),
            Event::Die => self.publish(false, None),
            Event::Resolve => {
                let end = Resolution { at: self.now, ending: Ending::Settled };
                let resolved = self.stored.clone().resolved(end);
                self.stored = Alert { version: self.stored.version + 1, due_at: Some(self.now), ..resolved };
            }
            Event::Pass(seconds) => self.now = later(self.now, seconds),
        }
        assert!(self.stored.due_at.is_some() || self.is_done(), "something is left to tell and nothing is due");
    }

    fn is_done(&self) -> bool {
        next(&self.stored, self.now) == Next::Done
    }

    /// From now on all goes well.
    fn calm_down(&mut self) {
        for _ in 0..200 {
            self.apply(Event::Wake);
            self.apply(Event::Publish);
            self.apply(Event::Pass(LONGEST_PAUSE_S));
            if self.is_done() && self.stored.due_at.is_none() {
                return;
            }
        }
        unreachable!("it never came to an end: {:?}", self.stored);
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => Just(Event::Wake),
        3 => Just(Event::Publish),
        1 => Just(Event::PublishAndDie),
        1 => Just(Event::PublishUnanswered),
        1 => Just(Event::Fail),
        1 => Just(Event::Refuse),
        1 => Just(Event::Die),
        1 => Just(Event::Resolve),
        2 => (1i64..100).prop_map(Event::Pass),
    ];
    prop::collection::vec(event, 0..60)
}

proptest! {
    #[test]
    fn everybody_is_told_and_nobody_more_often_than_failures_explain(events in events(), for_driver: bool) {
        let given_up = AfterFailure::GivenUp;
        let fact = if for_driver { unpaid(Language::En, "expired_card", given_up) } else { overvoltage() };
        let start = at("2026-06-01T10:00:00Z");
        let mut world =
            World { now: start, stored: open(fact, Language::En), workers: Vec::new(), sent: Vec::new(), unrecorded: 0 };
        for event in events {
            world.apply(event);
        }
        world.calm_down();

        let resolved = world.stored.resolution.is_some();
        let mut copies = 0;
        for delivery in &world.stored.deliveries {
            let count = |wanted: &[Stage]| {
                world.sent.iter().filter(|(target, stage)| *target == delivery.target && wanted.contains(stage)).count()
            };
            let openings = count(&[Stage::Opening, Stage::Both]);
            let ends = count(&[Stage::Resolution, Stage::Both]);
            match delivery.opening {
                Telling::Told { .. } => {
                    prop_assert!(openings >= 1, "told without a message");
                    let end_told = matches!(delivery.resolution, Telling::Told { .. });
                    prop_assert!(!end_told || ends >= 1, "an end told without a message");
                    let end_refused = matches!(delivery.resolution, Telling::Refused { .. });
                    prop_assert_eq!(end_told || end_refused, resolved);
                }
                Telling::Refused { .. } => prop_assert_eq!(count(&[Stage::Resolution]), 0),
                Telling::Pending { .. } | Telling::GivenUp { .. } => prop_assert!(false, "{:?}", delivery),
            }
            copies += openings.saturating_sub(1) + count(&[Stage::Resolution]).saturating_sub(1);
        }
        prop_assert!(copies <= world.unrecorded, "{copies} copies, {} unrecorded", world.unrecorded);
    }
}
