//! Laws of a settlement.

use billing::cdr::Cdr;
use billing::pricing::{Line, RoundedCost};
use billing::readings::Checks;
use billing::session::{Completeness, Folded, Head, StoredMessage, completeness};
use billing::settlement::{Outcome, Settlement};
use billing::{Delivered, bill, price, time_zone};
use proptest::prelude::*;

use crate::generate::{CASES, Restricted, ZONE, limits, session, session_id, settled, tariff};

fn cdr(settlement: Settlement) -> Cdr {
    match settlement.outcome {
        Outcome::Billed { cdr, .. } => *cdr,
        Outcome::Held { reason } => panic!("held: {reason:?}"),
    }
}

/// The messages in another order, some of them more than once.
fn shuffled() -> impl Strategy<Value = (Vec<StoredMessage>, Vec<StoredMessage>)> {
    session().prop_flat_map(|(messages, _, _)| {
        let again = prop::sample::subsequence(messages.clone(), 0..=messages.len());
        let all = messages.clone();
        again
            .prop_flat_map(move |again| {
                let mut delivered = all.clone();
                // A repetition is received later, under another id.
                delivered.extend(again.into_iter().map(|mut stored| {
                    stored.message.message_id.push_str("-again");
                    stored.received_at += jiff::SignedDuration::from_hours(1);
                    stored
                }));
                Just(delivered).prop_shuffle()
            })
            .prop_map(move |delivered| (messages.clone(), delivered))
    })
}

fn folded(messages: &[StoredMessage]) -> Head {
    let (first, rest) = messages.split_first().unwrap();
    let opened = Head::open(session_id(), "site".parse().unwrap(), first, &limits());
    rest.iter().fold(opened, |head, stored| match head.with(stored, &limits()) {
        Folded::Changed(head) => *head,
        Folded::Unchanged => head,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn order_and_repetition_of_messages_change_nothing(
        tariff in tariff("EUR", Restricted::ByAnything),
        (messages, delivered) in shuffled(),
    ) {
        let (straight, shuffled) = (settled(&tariff, &messages, 2_000_000_000), settled(&tariff, &delivered, 2_100_000_000));
        prop_assert_eq!(completeness(&delivered, &limits()), Completeness::Complete);
        let (straight, mut shuffled) = (cdr(straight), cdr(shuffled));
        shuffled.created_at = straight.created_at;
        prop_assert_eq!(serde_json::to_string(&straight).unwrap(), serde_json::to_string(&shuffled).unwrap());
    }

    #[test]
    fn a_head_follows_from_the_set_of_messages((messages, _, _) in session(), swaps in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
        let mut other = messages.clone();
        for pair in swaps.chunks(2) {
            other.swap(pair[0].index(messages.len()), pair[1].index(messages.len()));
        }
        prop_assert_eq!(folded(&messages), folded(&other));
    }

    #[test]
    fn the_periods_add_up_to_the_register_difference(
        tariff in tariff("EUR", Restricted::ByAnything),
        (messages, start_wh, end_wh) in session(),
    ) {
        let cdr = cdr(settled(&tariff, &messages, 2_000_000_000));
        prop_assert_eq!(cdr.energy_wh, end_wh - start_wh);
        prop_assert_eq!(cdr.total_energy.exact().times(billing::Exact::whole(1000)), Some(billing::Exact::whole(end_wh - start_wh)));
        let pause_s = cdr.end_date_time.as_second() - cdr.start_date_time.as_second()
            - cdr.charging_s - cdr.parking_s - cdr.reservation_s;
        prop_assert!(pause_s >= 0);
    }

    #[test]
    fn pricing_a_bill_again_with_its_tariff_gives_the_same_bill(
        tariff in tariff("EUR", Restricted::ByAnything),
        (messages, _, _) in session(),
    ) {
        let cdr = cdr(settled(&tariff, &messages, 2_000_000_000));
        let json = serde_json::to_string(&cdr).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Cdr>(&json).unwrap(), &cdr);
        let zone = time_zone(&cdr.time_zone).unwrap();
        let again = price(&json, None, Some(&zone)).unwrap();
        prop_assert_eq!(serde_json::from_str::<RoundedCost>(again.get("rounded_cost").unwrap()).unwrap(), cdr.rounded_cost);
        prop_assert_eq!(serde_json::from_str::<Vec<Line>>(again.get("lines").unwrap()).unwrap(), cdr.lines);
    }

    #[test]
    fn a_bill_and_what_takes_it_back_are_nothing(
        tariff in tariff("EUR", Restricted::ByAnything),
        (messages, _, _) in session(),
    ) {
        let cdr = cdr(settled(&tariff, &messages, 2_000_000_000));
        let credit = cdr.credit(cdr.created_at).unwrap();
        prop_assert_eq!(credit.credit(cdr.created_at), None);
        prop_assert_eq!(cdr.due().plus(credit.due()).map(|sum| sum.minor), Some(0));
        for (share, taken_back) in cdr.rounded_cost.vat.iter().zip(&credit.rounded_cost.vat) {
            prop_assert_eq!(share.rate, taken_back.rate);
            prop_assert_eq!((share.base_minor + taken_back.base_minor, share.vat_minor + taken_back.vat_minor), (0, 0));
        }
        prop_assert_eq!(cdr.lines.len(), credit.lines.len());
        let costs = |line: &Line| [line.cost_excl, line.cost_incl].map(billing::Decimal::exact);
        for (line, taken_back) in cdr.lines.iter().zip(&credit.lines) {
            for (cost, back) in costs(line).into_iter().zip(costs(taken_back)) {
                prop_assert_eq!(cost.plus(back), Some(billing::Exact::ZERO));
            }
            prop_assert_eq!((line.dimension, line.billed, line.unit_price), (taken_back.dimension, taken_back.billed, taken_back.unit_price));
        }
        let json = serde_json::to_string(&credit).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Cdr>(&json).unwrap(), &credit);
        prop_assert_eq!(credit.credit_reference_id.as_ref(), Some(&cdr.id));
        prop_assert_eq!((credit.charging_periods, credit.energy_wh), (cdr.charging_periods, cdr.energy_wh));
    }

    #[test]
    fn billing_many_together_is_billing_each_alone(
        tariff in tariff("EUR", Restricted::ByAnything),
        sessions in prop::collection::vec(session(), 1..4),
    ) {
        let named = |number: usize, messages: &[StoredMessage]| -> Vec<Delivered> {
            messages.iter().map(|stored| {
                let mut message = stored.message.clone();
                message.transaction_id = format!("t-{number}").parse().unwrap();
                Delivered { message, received_at: Some(stored.received_at) }
            }).collect()
        };
        let each: Vec<_> = sessions.iter().enumerate().map(|(number, (messages, _, _))| named(number, messages)).collect();
        let zone = time_zone(ZONE).unwrap();
        let bill = |messages| bill(&tariff, &zone, &limits(), &Checks::new(), messages);
        let together = bill(each.concat());
        prop_assert_eq!(together.len(), each.len());
        for alone in each.into_iter().flat_map(bill) {
            prop_assert!(together.contains(&alone));
        }
    }
}
