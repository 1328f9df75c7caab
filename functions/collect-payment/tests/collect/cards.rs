//! A driver saves a card, whatever dies, repeats itself or comes late.

use billing::payment::{CardOrder, CardRequest, CardState, SavedCard};
use jiff::{SignedDuration, Timestamp};
use messages::DriverId;
use models::Mishap;
use ports::{Driver, KeepAssets, KeepCards, Language, MarkCards, Payable, Record, Saved};

use crate::memory::Memory;
use crate::tasks::{Task, interleave, run, run_for};

fn driver() -> DriverId {
    "driver-1".parse().unwrap()
}

fn order() -> CardOrder {
    CardOrder {
        driver: driver(),
        customer: None,
        email: None,
        language: "en".to_owned(),
        currency: "EUR".parse().unwrap(),
        return_to: "https://charge.example/".to_owned(),
    }
}

/// A memory in which the driver is known and was asked.
fn asked() -> Memory {
    let memory = Memory::empty();
    let known = Driver {
        id: driver(),
        name: "Driver".to_owned(),
        email: None,
        phone: None,
        language: Language::default(),
        group: Some("staff".to_owned()),
        tokens: Vec::new(),
        stripe_customer: None,
        payment_method: None,
        blocked: false,
    };
    run(Box::pin(memory.tables.put_driver(&known))).unwrap();
    ask(&memory);
    memory
}

fn ask(memory: &Memory) {
    let (known, now) = (kept(memory), memory.state().now);
    assert_eq!(run(Box::pin(memory.tables.ask_card(&CardRequest::asked(known, order(), now)))).unwrap(), Saved::Done);
}

fn kept(memory: &Memory) -> Option<CardRequest> {
    run(Box::pin(memory.tables.card_request(&driver()))).unwrap()
}

fn state(memory: &Memory) -> CardState {
    kept(memory).unwrap().state
}

fn card(memory: &Memory) -> (Option<String>, Option<String>) {
    let driver = run(Box::pin(memory.tables.drivers())).unwrap().remove(0);
    assert_eq!(driver.group.as_deref(), Some("staff"), "nothing else of the driver changes");
    (driver.stripe_customer, driver.payment_method)
}

fn collecting(memory: &Memory) -> Task<'_, ()> {
    let now = memory.state().now;
    Box::pin(async move {
        let record = Record { id: "r-1".to_owned(), body: Payable::Card(driver()) };
        assert_eq!(collect_payment::handle(memory, now, vec![record]).await, []);
    })
}

/// The webhook tells that something happened to the page.
fn told(memory: &Memory) {
    let now = memory.state().now;
    assert!(run(Box::pin(memory.tables.mark_card_due(&driver(), now))).unwrap());
    run(collecting(memory));
}

fn pass(memory: &Memory, time: SignedDuration) -> Timestamp {
    let mut state = memory.state();
    state.now += time;
    state.now
}

fn page(memory: &Memory) -> String {
    state(memory).page().expect("an open page").id.clone()
}

#[test]
fn a_run_that_dies_anywhere_leaves_one_page_and_one_card() {
    for first in 0..16 {
        for second in 0..24 {
            let memory = asked();
            run_for(collecting(&memory), first);
            run(collecting(&memory));
            let open = page(&memory);
            assert_eq!(memory.pages.pages_of(&driver()), std::slice::from_ref(&open));
            assert!(memory.pages.fill_in(&open, "pm_1"));
            let now = memory.state().now;
            assert!(run(Box::pin(memory.tables.mark_card_due(&driver(), now))).unwrap());
            run_for(collecting(&memory), second);
            run(collecting(&memory));
            assert_eq!(
                card(&memory),
                (Some("cus_of_cs_000001".to_owned()), Some("pm_1".to_owned())),
                "{first} {second}"
            );
            assert_eq!(kept(&memory).unwrap().due_at, None);
        }
    }
}

#[test]
fn runs_at_once_open_one_page() {
    for seed in 1..200 {
        let memory = asked();
        interleave((0..3).map(|_| collecting(&memory)).collect(), seed);
        assert_eq!(memory.pages.pages_of(&driver()), [page(&memory)], "{seed}");
        assert!(memory.pages.fill_in(&page(&memory), "pm_1"));
        let now = memory.state().now;
        assert!(run(Box::pin(memory.tables.mark_card_due(&driver(), now))).unwrap());
        interleave((0..3).map(|_| collecting(&memory)).collect(), seed);
        assert_eq!(card(&memory).1.as_deref(), Some("pm_1"), "{seed}");
    }
}

#[test]
fn an_older_completion_never_replaces_a_newer_card() {
    let memory = asked();
    run(collecting(&memory));
    assert!(memory.pages.fill_in(&page(&memory), "pm_old"));
    told(&memory);
    ask(&memory);
    run(collecting(&memory));
    assert!(memory.pages.fill_in(&page(&memory), "pm_new"));
    told(&memory);
    let new = (Some("cus_of_cs_000001".to_owned()), Some("pm_new".to_owned()));
    assert_eq!((card(&memory).1, memory.pages.pages_of(&driver()).len()), (new.1.clone(), 2));
    let saved = kept(&memory);
    // What is told again, of whichever page, is nothing new.
    for _ in 0..2 {
        told(&memory);
        assert_eq!((card(&memory).1, kept(&memory)), (new.1.clone(), saved.clone()));
    }
}

#[test]
fn asking_again_means_the_page_that_is_open() {
    let memory = asked();
    run(collecting(&memory));
    let open = page(&memory);
    pass(&memory, SignedDuration::from_hours(20));
    ask(&memory);
    run(collecting(&memory));
    assert_eq!(page(&memory), open);
    // Nobody told that it was filled in; asking finds out.
    assert!(memory.pages.fill_in(&open, "pm_1"));
    ask(&memory);
    run(collecting(&memory));
    let saved = SavedCard { customer: "cus_of_cs_000001".to_owned(), payment_method: "pm_1".to_owned() };
    assert_eq!(state(&memory), CardState::Saved { card: saved, at: memory.state().now });
}

#[test]
fn a_page_that_nobody_fills_in_is_forgotten() {
    let memory = asked();
    run(collecting(&memory));
    let open = page(&memory);
    pass(&memory, SignedDuration::from_hours(24));
    run(collecting(&memory));
    assert_eq!((state(&memory).as_str(), kept(&memory).unwrap().due_at), ("expired", None));
    assert!(!memory.pages.fill_in(&open, "pm_1"));
    assert_eq!(card(&memory), (None, None));
    ask(&memory);
    run(collecting(&memory));
    assert_ne!(page(&memory), open);
}

#[test]
fn a_failure_that_stripe_repeats_under_a_key_ends_with_the_key() {
    for mishap in [Mishap::FailedBefore, Mishap::FailedAfter, Mishap::ReplyLost, Mishap::Lost, Mishap::NotTaken] {
        let memory = asked();
        memory.pages.next_goes_wrong(mishap);
        let mut looks = 0;
        while state(&memory) == CardState::Asked {
            run(collecting(&memory));
            pass(&memory, SignedDuration::from_mins(5));
            looks += 1;
            assert!(looks < 6, "{mishap:?}");
        }
        assert!(memory.pages.pages_of(&driver()).contains(&page(&memory)), "{mishap:?}");
    }
}
