//! Books that agree, and each way in which they may not.

use billing::money::Money;
use billing::payment::reconcile::{
    BookedIntent, BookedRefund, Disagreement, Entry, Metered, Movement, Span, StripeBooks, disagreements,
};
use billing::payment::{
    ExcessPolicy, Hold, HoldOrder, HoldPayer, HoldState, Payment, PaymentState, RefundState, RefundStatus, Returns,
    WhyNotRefunded,
};
use jiff::Timestamp;
use messages::{ConnectorKey, SessionId};
use proptest::prelude::*;

use crate::fixture::{debt, hours, start};

fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

fn span() -> Span {
    Span { since: start(), until: start() + hours(24) }
}

/// Everything that is compared.
#[derive(Clone)]
struct Books {
    entries: Vec<Entry>,
    stripe: StripeBooks,
    metered: Vec<Metered>,
}

impl Books {
    fn found(&self) -> Vec<Disagreement> {
        disagreements(&self.entries, &self.stripe, &self.metered, span())
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.found().iter().map(|found| found.kind.as_str()).collect()
    }
}

/// Two sessions of one EVSE, each paid; of the first a part went back.
fn agreeing() -> Books {
    let session = |n: usize| format!("s-1:t-{n}").parse().unwrap();
    let payment = |n: usize| Payment {
        session: session(n),
        number: 1,
        intent: format!("pi_{n}"),
        captured: euros(1_234),
        at: start(),
    };
    let succeeded =
        |n: usize| PaymentState::Succeeded { intent: format!("pi_{n}"), captured_minor: 1_234, at: start() };
    let entry = |n: usize| {
        let mut owed = debt();
        (owed.session, owed.state) = (session(n), succeeded(n));
        Entry {
            session: session(n),
            debt: Some(owed),
            holds: Vec::new(),
            payments: vec![payment(n)],
            returns: Vec::new(),
        }
    };
    let mut entries = vec![entry(1), entry(2)];
    let mut returns = Returns::of(&payment(1)).asked(Some(300), "cable", start()).unwrap();
    returns.refunds[0].state = RefundState::Succeeded { refund: "re_1".to_owned(), at: start(), look_at: None };
    entries[0].returns = vec![returns];
    let intent = |n: usize| BookedIntent {
        id: format!("pi_{n}"),
        session: Some(session(n)),
        hold: None,
        charge: Some(format!("ch_{n}")),
        captured: euros(1_234),
    };
    let movement =
        |id: &str, source: &str, minor| Movement { id: id.to_owned(), source: source.to_owned(), amount: euros(minor) };
    let others = BookedIntent {
        id: "pi_9".to_owned(),
        session: None,
        hold: None,
        charge: Some("ch_9".to_owned()),
        captured: euros(5),
    };
    let stripe = StripeBooks {
        intents: vec![intent(1), intent(2), others],
        refunds: vec![BookedRefund {
            id: "re_1".to_owned(),
            intent: Some("pi_1".to_owned()),
            amount: euros(300),
            status: RefundStatus::Succeeded,
        }],
        movements: vec![
            movement("txn_1", "ch_1", 1_234),
            movement("txn_2", "ch_2", 1_234),
            movement("txn_3", "re_1", -300),
            movement("txn_9", "ch_9", 5),
        ],
    };
    let metered = |n: usize, hour: i64, from_wh| Metered {
        session: session(n),
        evse_id: 1,
        started_at: start() + hours(hour),
        ended_at: start() + hours(hour + 1),
        from_wh,
        to_wh: from_wh + 2_000,
        billed_wh: 2_000,
        is_continuous: true,
    };
    Books { entries, stripe, metered: vec![metered(1, 0, 100_000), metered(2, 2, 102_000)] }
}

type Change = fn(&mut Books);

#[test]
fn books_that_agree_say_nothing() {
    assert_eq!(agreeing().found(), []);
    assert_eq!(disagreements(&[], &StripeBooks::default(), &[], span()), []);
}

#[test]
fn each_way_to_disagree_is_found_and_named_once() {
    let rows: [(&str, Change, &[&str]); 22] = [
        ("one cent more at Stripe", |it| it.stripe.intents[0].captured.minor += 1, &["payment_amount", "balance"]),
        (
            "one cent less written",
            |it| it.entries[1].payments[0].captured.minor -= 1,
            &["owed_and_paid", "payment_amount"],
        ),
        ("one cent more owed", |it| it.entries[1].debt.as_mut().unwrap().amount.minor += 1, &["owed_and_paid"]),
        ("no payment written", |it| it.entries[1].payments.clear(), &["payment_not_written", "payment_not_in_books"]),
        ("no session written", |it| drop(it.entries.remove(1)), &["payment_not_in_books"]),
        ("no intent at Stripe", |it| drop(it.stripe.intents.remove(1)), &["payment_not_at_stripe"]),
        (
            "paid though given up",
            |it| {
                let unpaid = PaymentState::Settled { intent: None, note: "cash".to_owned(), at: start() };
                it.entries[1].debt.as_mut().unwrap().state = unpaid;
                it.entries[1].payments.clear();
            },
            &["payment_not_in_books"],
        ),
        (
            "paid twice",
            |it| it.stripe.intents.push(BookedIntent { id: "pi_3".to_owned(), ..it.stripe.intents[1].clone() }),
            &["payment_not_in_books"],
        ),
        (
            "paid and not written down yet",
            |it| {
                let state = PaymentState::Processing { intent: "pi_2".to_owned(), n: 1, since: start() };
                it.entries[1].debt.as_mut().unwrap().state = state;
                it.entries[1].payments.clear();
            },
            &[],
        ),
        ("an intent that took nothing", |it| it.stripe.intents.push(empty(&it.stripe.intents[1])), &[]),
        ("one cent more went back", |it| it.stripe.refunds[0].amount.minor += 1, &["refund_amount", "balance"]),
        ("no refund at Stripe", |it| it.stripe.refunds.clear(), &["refund_not_at_stripe"]),
        ("no refund written", |it| it.entries[0].returns.clear(), &["refund_not_in_books"]),
        (
            "a refund under way",
            |it| it.entries[0].returns[0].refunds[0].state = RefundState::Refunding { since: start() },
            &[],
        ),
        (
            "a refund that failed afterwards",
            |it| it.stripe.refunds[0].status = RefundStatus::Failed("lost_or_stolen_card".to_owned()),
            &["refund_amount"],
        ),
        (
            "a refund that was made after all",
            |it| {
                let refund = Some("re_1".to_owned());
                let why = WhyNotRefunded::Canceled;
                it.entries[0].returns[0].refunds[0].state = RefundState::Failed { refund, why, at: start() };
            },
            &["refund_amount"],
        ),
        ("no movement", |it| drop(it.stripe.movements.remove(0)), &["balance"]),
        ("one cent less came", |it| it.stripe.movements[1].amount.minor -= 1, &["balance"]),
        ("one cent more went", |it| it.stripe.movements[2].amount.minor -= 1, &["balance"]),
        (
            "converted money",
            |it| it.stripe.movements[1].amount = Money { minor: 1_400, currency: "USD".parse().unwrap() },
            &[],
        ),
        ("one Wh too many billed", |it| it.metered[0].billed_wh += 1, &["energy"]),
        (
            "one Wh between two sessions",
            |it| {
                it.metered[1].from_wh += 1;
                it.metered[1].to_wh += 1;
            },
            &["energy_between_sessions"],
        ),
    ];
    for (what, change, kinds) in rows {
        let mut books = agreeing();
        change(&mut books);
        assert_eq!(books.kinds(), kinds, "{what}: {:#?}", books.found());
    }
}

/// The same, and a session that a hold has paid for.
fn with_a_hold() -> Books {
    let session: SessionId = "s-1:t-4".parse().unwrap();
    let debt = debt();
    let order = HoldOrder {
        id: "h-4".parse().unwrap(),
        site: debt.site.clone(),
        station: session.station.clone(),
        connector: ConnectorKey { evse_id: 1, connector_id: 1 },
        amount: euros(2_000),
        payer: HoldPayer {
            customer: "cus_4".to_owned(),
            payment_method: "pm_4".to_owned(),
            receipt_email: None,
            contact: debt.payer.contact.clone(),
        },
        place: debt.place.clone(),
        excess: ExcessPolicy::default(),
        expires_at: start() + hours(1),
    };
    let asked = Hold::asked(order, start()).unwrap();
    let state = HoldState::Succeeded { intent: "pi_4".to_owned(), captured_minor: 700, at: start() };
    let hold = Hold { session: Some(session.clone()), state, ..asked };
    let payment =
        Payment { session: session.clone(), number: 1, intent: "pi_4".to_owned(), captured: euros(700), at: start() };
    let mut books = agreeing();
    books.stripe.intents.push(BookedIntent {
        id: "pi_4".to_owned(),
        session: None,
        hold: Some(hold.id.clone()),
        charge: Some("ch_4".to_owned()),
        captured: euros(700),
    });
    let (id, source) = ("txn_4".to_owned(), "ch_4".to_owned());
    books.stripe.movements.push(Movement { id, source, amount: euros(700) });
    books.entries.push(Entry { session, debt: None, holds: vec![hold], payments: vec![payment], returns: Vec::new() });
    books
}

#[test]
fn what_a_hold_has_taken_is_compared_too() {
    let rows: [(&str, Change, &[&str], bool); 6] = [
        ("nothing", |_| {}, &[], true),
        (
            "one cent more at Stripe",
            |it| it.stripe.intents[3].captured.minor += 1,
            &["payment_amount", "balance"],
            true,
        ),
        ("no payment written", |it| it.entries[2].payments.clear(), &["payment_not_in_books"], true),
        ("no hold written", |it| drop(it.entries.remove(2)), &["payment_not_in_books"], false),
        (
            "captured and not written down yet",
            |it| {
                it.entries[2].holds[0].state = HoldState::Capturing {
                    intent: "pi_4".to_owned(),
                    amount_minor: 700,
                    since: start(),
                    capture_before: None,
                };
                it.entries[2].payments.clear();
            },
            &[],
            true,
        ),
        ("one cent less came", |it| it.stripe.movements[4].amount.minor -= 1, &["balance"], false),
    ];
    for (what, change, kinds, names_session) in rows {
        let mut books = with_a_hold();
        change(&mut books);
        assert_eq!(books.kinds(), kinds, "{what}: {:#?}", books.found());
        if let Some(found) = books.found().first() {
            assert_eq!(found.session.is_some(), names_session, "{what}");
        }
    }
}

fn empty(intent: &BookedIntent) -> BookedIntent {
    BookedIntent { id: "pi_3".to_owned(), charge: None, captured: euros(0), ..intent.clone() }
}

#[test]
fn a_disagreement_says_what_each_side_has() {
    let mut books = agreeing();
    books.stripe.refunds[0].amount.minor = 301;
    let json: Vec<String> = books.found().iter().map(|found| serde_json::to_string(found).unwrap()).collect();
    assert_eq!(
        json,
        [
            r#"{"kind":"refund_amount","session":"s-1:t-1","id":"re_1","ours":300,"theirs":301,"unit":"EUR"}"#,
            r#"{"kind":"balance","session":"s-1:t-1","id":"re_1","ours":-301,"theirs":-300,"unit":"EUR"}"#,
        ]
    );
}

#[test]
fn what_lies_before_stripes_books_is_not_missed_there() {
    let mut books = agreeing();
    let long_ago: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    books.stripe = StripeBooks::default();
    for entry in &mut books.entries {
        entry.debt.as_mut().unwrap().created_at = long_ago;
        for refund in entry.returns.iter_mut().flat_map(|returns| &mut returns.refunds) {
            refund.asked_at = long_ago;
        }
    }
    assert_eq!(books.found(), []);
}

#[test]
fn what_happened_after_stripes_books_were_read_is_not_missed_there() {
    let mut books = agreeing();
    books.stripe = StripeBooks::default();
    books.entries[1].payments[0].at = span().until;
    books.entries[0].payments[0].at = span().until;
    books.entries[0].returns[0].refunds[0].state =
        RefundState::Succeeded { refund: "re_1".to_owned(), at: span().until, look_at: None };
    assert_eq!(books.found(), []);
}

#[test]
fn a_register_that_began_again_and_vehicles_at_once_tell_nothing() {
    let mut reset = agreeing();
    (reset.metered[0].is_continuous, reset.metered[0].to_wh) = (false, 7);
    assert_eq!(reset.found(), []);
    let mut at_once = agreeing();
    (at_once.metered[1].started_at, at_once.metered[1].from_wh, at_once.metered[1].to_wh) = (start(), 100_500, 102_500);
    assert_eq!(at_once.found(), []);
    let mut elsewhere = agreeing();
    (elsewhere.metered[1].evse_id, elsewhere.metered[1].from_wh, elsewhere.metered[1].to_wh) = (2, 5, 2_005);
    assert_eq!(elsewhere.found(), []);
}

proptest! {
    #[test]
    fn no_amount_that_is_off_is_missed(off in prop_oneof![-5_i64..0, 1_i64..5], place in 0_usize..8) {
        let mut books = agreeing();
        match place {
            0 => books.stripe.intents[1].captured.minor += off,
            1 => books.stripe.refunds[0].amount.minor += off,
            2 => books.stripe.movements[2].amount.minor += off,
            3 => books.entries[0].payments[0].captured.minor += off,
            4 => books.entries[0].debt.as_mut().unwrap().amount.minor += off,
            5 => books.entries[0].returns[0].refunds[0].amount_minor += off,
            6 => books.metered[1].billed_wh += off,
            _ => books.metered[0].to_wh += off,
        }
        prop_assert!(!books.found().is_empty());
    }
}
