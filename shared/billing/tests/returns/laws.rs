//! Whatever goes wrong, in any order: nothing goes back twice, never more than was captured, and every history comes to an end.

use billing::payment::{RefundState, RefundStatus};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::stripe::{Bank, Mishap};
use crate::world::World;

#[derive(Debug, Clone)]
enum Event {
    Ask { minor: Option<i64> },
    Run { mishaps: Vec<Mishap>, steps: usize },
    Pass { minutes: i64 },
    Settle,
}

fn mishap() -> impl Strategy<Value = Mishap> {
    use Mishap::{Delayed, FailedAfter, FailedBefore, Lost, None, ReplyLost};
    prop_oneof![3 => Just(None), 4 => prop::sample::select(vec![Lost, ReplyLost, Delayed, FailedBefore, FailedAfter])]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => prop::option::weighted(0.7, 1_i64..900).prop_map(|minor| Event::Ask { minor }),
        6 => (prop::collection::vec(mishap(), 0..6), prop_oneof![0_usize..8, Just(usize::MAX)])
            .prop_map(|(mishaps, steps)| Event::Run { mishaps, steps }),
        4 => prop_oneof![0_i64..3, 20_i64..90, 1_300_i64..1_500, 1_000_i64..6_000].prop_map(|minutes| Event::Pass { minutes }),
        1 => Just(Event::Settle),
    ]
}

fn bank() -> impl Strategy<Value = Vec<Bank>> {
    prop::collection::vec(
        prop::sample::select(vec![Bank::Takes, Bank::WorksAndTakes, Bank::WorksAndFails, Bank::TakesAndSendsBack]),
        0..6,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_refund_is_made_at_most_once_and_ends(bank in bank(), events in prop::collection::vec(event(), 0..40)) {
        let mut world = World::new();
        world.stripe.bank = bank;
        for event in events {
            match event {
                Event::Ask { minor } => world.ask(minor),
                Event::Run { mishaps, steps } => world.run(&mishaps, steps),
                Event::Pass { minutes } => world.pass(SignedDuration::from_mins(minutes)),
                Event::Settle => world.settle(),
            }
        }
        world.finish();
        for refund in &world.stored.refunds {
            let key = world.stored.request(refund).key;
            let made: Vec<_> = world.stripe.refunds.iter().filter(|made| made.key == key).collect();
            prop_assert!(made.len() <= 1, "{key} was made twice");
            match &refund.state {
                RefundState::Succeeded { refund: id, .. } => {
                    prop_assert_eq!(&made[0].id, id);
                    prop_assert_eq!((made[0].minor, &made[0].status), (refund.amount_minor, &RefundStatus::Succeeded));
                }
                RefundState::Failed { .. } => {
                    let is_gone = made.iter().any(|made| made.status == RefundStatus::Succeeded);
                    prop_assert!(!is_gone, "{key} failed, yet the money is gone");
                }
                state => prop_assert!(false, "{key} has not ended: {state:?}"),
            }
        }
        prop_assert_eq!(world.stored.refunded_minor(), world.stripe.gone_minor());
        prop_assert!(world.stripe.gone_minor() <= 1_234);
    }
}

#[test]
fn without_mishaps_one_look_makes_every_refund() {
    let mut world = World::new();
    world.ask(Some(300));
    world.ask(Some(4));
    world.ask(None);
    world.run(&[], usize::MAX);
    assert_eq!((world.stored.refunded_minor(), world.stored.due_at), (1_234, None));
}

#[test]
fn an_outage_longer_than_the_life_of_a_key_makes_one_refund() {
    for mishap in [Mishap::Lost, Mishap::ReplyLost, Mishap::FailedBefore, Mishap::FailedAfter] {
        let mut world = World::new();
        world.ask(Some(300));
        let until = world.now + SignedDuration::from_hours(28);
        while world.now < until {
            world.run(&[mishap; 8], usize::MAX);
            world.pass(SignedDuration::from_mins(10));
        }
        let wakes = world.finish();
        assert_eq!((world.stripe.refunds.len(), world.stored.refunded_minor()), (1, 300), "{mishap:?}");
        assert!(wakes <= 3, "{mishap:?} took {wakes} more looks");
    }
}

#[test]
fn a_request_that_arrives_after_stripe_was_looked_through_makes_no_second_refund() {
    let mut world = World::new();
    world.ask(Some(300));
    world.run(&[Mishap::Delayed], 3);
    // Whoever looks through Stripe and finds nothing dies; then the request arrives, and its key is forgotten.
    world.pass_without_arrivals(SignedDuration::from_mins(1));
    world.run(&[], 3);
    world.pass(SignedDuration::from_hours(25));
    world.finish();
    assert_eq!((world.stripe.refunds.len(), world.stored.refunded_minor()), (1, 300));
}
