//! A driver is asked for a card: states, facts and steps as tables.
#![cfg(test)]

use billing::payment::{
    CardCall, CardFact, CardOrder, CardPage, CardRequest, CardState, CardStep, PageState, SavedCard,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(minutes: i64) -> Timestamp {
    "2026-06-01T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

const DAY: i64 = 24 * 60;

fn order() -> CardOrder {
    CardOrder {
        driver: "driver-1".parse().unwrap(),
        customer: Some("cus_1".to_owned()),
        email: None,
        language: "de".to_owned(),
        currency: "EUR".parse().unwrap(),
        return_to: "https://charge.example/".to_owned(),
    }
}

fn page() -> CardPage {
    CardPage { id: "cs_1".to_owned(), url: "https://checkout.example/cs_1".to_owned(), expires_at: at(DAY) }
}

fn card() -> SavedCard {
    SavedCard { customer: "cus_1".to_owned(), payment_method: "pm_1".to_owned() }
}

fn state(word: &str) -> CardState {
    match word {
        "asked" => CardState::Asked,
        "open" => CardState::Open(page()),
        "saved" => CardState::Saved { card: card(), at: at(1) },
        "expired" => CardState::Expired { at: at(1) },
        "refused" => CardState::Refused { at: at(1) },
        other => panic!("{other}"),
    }
}

fn fact(word: &str) -> CardFact {
    match word {
        "shown open" => CardFact::Shown(PageState::Open(page())),
        "shown complete" => CardFact::Shown(PageState::Complete(card())),
        "shown expired" => CardFact::Shown(PageState::Expired),
        "unanswered" => CardFact::Unanswered,
        "refused" => CardFact::Refused,
        other => panic!("{other}"),
    }
}

fn request(word: &str) -> CardRequest {
    CardRequest { state: state(word), ..CardRequest::asked(None, order(), at(0)) }
}

/// The minutes after 10:00 at which it is due.
fn due(request: &CardRequest) -> Option<i64> {
    request.due_at.map(|due_at| due_at.duration_since(at(0)).as_mins())
}

#[test]
fn every_fact_leads_every_state_somewhere() {
    // At 10:02; a page that is open expires a day after 10:00.
    for (before, met, after, due_at) in [
        ("asked", "shown open", "open", Some(7)),
        ("asked", "shown complete", "saved", Some(2)),
        ("asked", "shown expired", "expired", None),
        ("asked", "unanswered", "asked", Some(2)),
        ("asked", "refused", "refused", None),
        ("open", "shown open", "open", Some(7)),
        ("open", "shown complete", "saved", Some(2)),
        ("open", "shown expired", "expired", None),
        ("open", "unanswered", "open", Some(2)),
        ("open", "refused", "open", Some(62)),
        ("saved", "shown open", "saved", Some(0)),
        ("saved", "shown expired", "saved", Some(0)),
        ("saved", "unanswered", "saved", Some(0)),
        ("expired", "shown complete", "expired", Some(0)),
        ("refused", "shown open", "refused", Some(0)),
    ] {
        let next = request(before).after(fact(met), at(2));
        assert_eq!((next.state.as_str(), due(&next)), (after, due_at), "{before} meets {met}");
        let is_new = before != "saved" && after == "saved";
        assert_eq!(next.newly_saved(&request(before)), is_new.then(card), "{before} meets {met}");
    }
}

#[test]
fn an_open_page_is_looked_at_less_and_less_often_and_at_its_end() {
    for (now, next) in
        [(0, 5), (10, 15), (20, 30), (100, 150), (200, 260), (DAY - 30, DAY), (DAY, DAY + 5), (DAY + 50, DAY + 55)]
    {
        assert_eq!(due(&request("open").after(fact("shown open"), at(now))), Some(next), "at {now}");
    }
}

#[test]
fn a_page_that_stripe_does_not_show_is_given_up_after_its_end_only() {
    for (now, word) in [(2, "open"), (DAY - 1, "open"), (DAY, "expired")] {
        assert_eq!(request("open").after(CardFact::Refused, at(now)).state.as_str(), word, "at {now}");
    }
}

#[test]
fn each_state_has_its_step() {
    let open = |number: u32| {
        CardStep::Call(CardCall::Open { key: format!("driver-1:card:{number}"), order: Box::new(order()) })
    };
    let over = |word: &str| CardRequest { due_at: None, ..request(word) };
    for (word, now, step) in [
        ("asked", 0, open(1)),
        ("asked", DAY - 1, open(1)),
        (
            "asked",
            DAY,
            CardStep::Settle(Box::new(CardRequest { state: CardState::Expired { at: at(DAY) }, ..over("asked") })),
        ),
        ("asked", -1, CardStep::Wait),
        ("open", 0, CardStep::Call(CardCall::Read { page: "cs_1".to_owned() })),
        ("open", -1, CardStep::Wait),
        ("saved", 0, CardStep::TakeUpUnpaid { card: card(), then: Box::new(over("saved")) }),
        ("expired", 0, CardStep::Settle(Box::new(over("expired")))),
        ("refused", 0, CardStep::Settle(Box::new(over("refused")))),
    ] {
        assert_eq!(request(word).next_step(at(now)), step, "{word} at {now}");
        assert_eq!(over(word).next_step(at(now)), CardStep::Wait, "{word} is not due");
    }
}

#[test]
fn asking_again_means_what_is_under_way() {
    let other = CardOrder { return_to: "https://other.example/".to_owned(), ..order() };
    for word in ["asked", "open", "saved"] {
        let known = CardRequest { due_at: Some(at(60)), version: 3, ..request(word) };
        let again = CardRequest::asked(Some(known.clone()), other.clone(), at(30));
        assert_eq!(again, CardRequest { due_at: Some(at(30)), ..known.clone() }, "{word}");
        // What is overdue does not become young.
        assert_eq!(CardRequest::asked(Some(known.clone()), other.clone(), at(90)), known, "{word}");
    }
    for word in ["saved", "expired", "refused"] {
        let known = CardRequest { due_at: None, version: 3, number: 2, setbacks: 4, ..request(word) };
        let anew = CardRequest::asked(Some(known), other.clone(), at(30));
        let first = CardRequest::asked(None, other.clone(), at(30));
        assert_eq!(anew, CardRequest { version: 3, number: 3, ..first }, "{word}");
    }
}

#[test]
fn a_key_is_given_up_after_three_calls_without_an_answer() {
    let mut asked = request("asked");
    let numbers: Vec<u32> = (0..7)
        .map(|_| {
            let number = asked.number;
            asked = asked.after(CardFact::Unanswered, at(1));
            number
        })
        .collect();
    assert_eq!(numbers, [1, 1, 1, 2, 2, 2, 3]);
    let unread = (0..7).fold(request("open"), |open, _| open.after(CardFact::Unanswered, at(1)));
    assert_eq!((unread.number, unread.setbacks), (1, 7), "a page that is open stays the one");
}

#[test]
fn a_request_is_read_as_it_was_written() {
    for word in ["asked", "open", "saved", "expired", "refused"] {
        let request = request(word);
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<CardRequest>(&text).unwrap(), request);
    }
}

proptest! {
    /// Whatever is asked and met in whatever order, a card once saved is the one until another is asked for, and every request ends.
    #[test]
    fn a_saved_card_stays_and_every_request_ends(facts in prop::collection::vec(0usize..5, 0..40)) {
        const FACTS: [&str; 5] = ["shown open", "shown complete", "shown expired", "unanswered", "refused"];
        let (mut request, mut now, mut saved) = (request("asked"), at(0), 0);
        for met in facts {
            let before = request.clone();
            now = now.max(request.due_at.unwrap_or(now));
            request = match request.next_step(now) {
                CardStep::Call(_) => request.after(fact(FACTS[met]), now),
                CardStep::TakeUpUnpaid { then, .. } | CardStep::Settle(then) => *then,
                CardStep::Wait => break,
            };
            prop_assert!(request.due_at.is_none_or(|due_at| due_at >= before.due_at.unwrap()));
            saved += usize::from(request.newly_saved(&before).is_some());
        }
        prop_assert!(saved <= 1);
        // From here on Stripe shows that the time of the page is over.
        for _ in 0..3 {
            now = now.max(request.due_at.unwrap_or(now));
            request = match request.next_step(now) {
                CardStep::Call(_) => request.after(fact("shown expired"), now),
                CardStep::TakeUpUnpaid { then, .. } | CardStep::Settle(then) => *then,
                CardStep::Wait => break,
            };
        }
        prop_assert_eq!(request.due_at, None);
    }
}
