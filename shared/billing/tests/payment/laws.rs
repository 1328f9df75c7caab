//! Whatever goes wrong, in any order: a session is paid at most once, and every history comes to an end.

use billing::payment::PaymentState;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::stripe::{Bank, Mishap};
use crate::world::World;

#[derive(Debug, Clone)]
enum Event {
    Run { mishaps: Vec<Mishap>, steps: usize },
    Pass { minutes: i64 },
    Settle,
    DriverActs,
    Reopen,
    Cancel,
}

fn mishap() -> impl Strategy<Value = Mishap> {
    use Mishap::{Delayed, FailedAfter, FailedBefore, Lost, None, NotTaken, ReplyLost};
    prop_oneof![3 => Just(None), 4 => prop::sample::select(vec![Lost, ReplyLost, Delayed, FailedBefore, FailedAfter, NotTaken])]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (prop::collection::vec(mishap(), 0..6), prop_oneof![0_usize..8, Just(usize::MAX)])
            .prop_map(|(mishaps, steps)| Event::Run { mishaps, steps }),
        4 => prop_oneof![0_i64..3, 20_i64..90, 1_300_i64..1_500, 1_000_i64..6_000].prop_map(|minutes| Event::Pass { minutes }),
        1 => Just(Event::Settle),
        1 => Just(Event::DriverActs),
        2 => Just(Event::Reopen),
        1 => Just(Event::Cancel),
    ]
}

fn bank() -> impl Strategy<Value = Vec<Bank>> {
    use Bank::{DeclinesForGood, DeclinesForNow, Pays, WantsDriver, WorksAndDeclines, WorksAndPays};
    let says = prop_oneof![
        3 => Just(DeclinesForNow),
        4 => prop::sample::select(vec![Pays, DeclinesForGood, WantsDriver, WorksAndPays, WorksAndDeclines]),
    ];
    prop::collection::vec(says, 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_session_is_paid_at_most_once_and_ends(bank in bank(), events in prop::collection::vec(event(), 0..40)) {
        let mut world = World::new();
        world.stripe.bank = bank;
        for event in events {
            match event {
                Event::Run { mishaps, steps } => world.run(&mishaps, steps),
                Event::Pass { minutes } => world.pass(SignedDuration::from_mins(minutes)),
                Event::Settle => world.stripe.settle(),
                Event::DriverActs => world.stripe.driver_acts(),
                Event::Reopen => world.reopen(),
                Event::Cancel => world.cancel_open(),
            }
            prop_assert!(world.stripe.captures.len() <= 1, "paid twice: {:?}", world.stripe.captures);
        }
        world.finish();
        match &world.stored.state {
            PaymentState::Succeeded { intent, captured_minor, .. } => {
                prop_assert_eq!(*captured_minor, world.stored.amount.minor);
                prop_assert_eq!(&world.stripe.captures, &vec![intent.clone()]);
            }
            state => {
                prop_assert!(state.is_final(), "{state:?}");
                prop_assert!(world.stripe.captures.is_empty(), "{state:?}, yet paid");
            }
        }
    }
}

#[test]
fn a_declined_card_is_tried_four_times_and_no_more() {
    let mut world = World::new();
    world.stripe.bank = vec![Bank::DeclinesForNow; 9];
    let wakes = world.finish();
    assert_eq!((world.stripe.declines, wakes), (4, 4));
    assert_eq!(world.stored.state.as_str(), "uncollectible");
}

#[test]
fn without_mishaps_one_look_is_enough() {
    for (bank, state) in
        [(Bank::Pays, "succeeded"), (Bank::DeclinesForGood, "uncollectible"), (Bank::WantsDriver, "requires_action")]
    {
        let mut world = World::new();
        world.stripe.bank = vec![bank];
        world.run(&[], usize::MAX);
        assert_eq!(world.stored.state.as_str(), state);
    }
}

#[test]
fn an_outage_longer_than_the_life_of_a_key_leaves_one_payment() {
    for mishap in [Mishap::Lost, Mishap::ReplyLost, Mishap::FailedBefore, Mishap::FailedAfter, Mishap::NotTaken] {
        for calls_before in 0..3 {
            let mut world = World::new();
            let mut mishaps = vec![Mishap::None; calls_before];
            mishaps.extend([mishap; 8]);
            world.run(&mishaps, usize::MAX);
            let until = world.now + SignedDuration::from_hours(28);
            while world.now < until && world.stored.due_at.is_some() {
                world.pass(SignedDuration::from_mins(10));
                world.run(&[mishap; 8], usize::MAX);
            }
            let wakes = world.finish();
            assert_eq!(world.stored.state.as_str(), "succeeded", "{mishap:?}");
            assert_eq!(world.stripe.captures.len(), 1, "{mishap:?}");
            assert!(wakes <= 3, "{mishap:?} took {wakes} more looks");
        }
    }
}
