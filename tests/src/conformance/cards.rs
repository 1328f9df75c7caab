//! Cards that drivers are asked for and save.

use billing::payment::{CardOrder, CardPage, CardRequest, CardState, Payer, PaymentState, WhyUnpaid};
use futures_util::future::join_all;
use jiff::Timestamp;
use messages::DriverId;
use ports::{
    Driver, Due, FindDue, KeepAssets, KeepCards, KeepDebts, Language, MarkCards, ReadDrivers, ReadUnpaid, Saved,
    SavedCard,
};

use super::values::{at, debt, euros, session};

/// Catches a missing version condition, and fields that are dropped or rounded on their way.
pub async fn a_card_request_is_written_by_whoever_read_it_last(ports: &impl KeepCards) {
    let due_at: Timestamp = "2026-06-01T12:00:00.123456789Z".parse().unwrap();
    let first = CardRequest { due_at: Some(due_at), ..request("card-versions") };
    let driver = &first.order.driver;
    assert_eq!(ports.card_request(driver).await.unwrap(), None);
    assert_eq!(ports.ask_card(&CardRequest { version: 1, ..first.clone() }).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.ask_card(&first).await.unwrap(), Saved::Done);
    assert_eq!(ports.card_request(driver).await.unwrap(), Some(CardRequest { version: 1, ..first.clone() }));
    let next = CardRequest { state: open(), setbacks: 2, due_at: None, version: 1, ..first.clone() };
    assert_eq!(ports.save_card_request(&next, None).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = CardRequest { version, number: 9, ..next.clone() };
        assert_eq!(ports.ask_card(&stale).await.unwrap(), Saved::Conflict, "version {version}");
        assert_eq!(ports.save_card_request(&stale, None).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.card_request(driver).await.unwrap(), Some(CardRequest { version: 2, ..next }));
}

/// Catches a store by which two operators open two pages for one driver.
pub async fn of_16_that_ask_a_driver_at_once_one_wins(ports: &impl KeepCards) {
    let all: Vec<_> = (0..16).map(|n| CardRequest { setbacks: n, ..request("card-race") }).collect();
    let outcomes = join_all(all.iter().map(|request| ports.ask_card(request))).await;
    assert_eq!(outcomes.iter().filter(|saved| matches!(saved, Ok(Saved::Done))).count(), 1);
}

/// Catches a card that is written beside the request instead of with it, one that takes other fields of the driver along, and one that
/// is seen by one read and not by another.
pub async fn a_saved_card_is_the_drivers(ports: &(impl KeepCards + KeepAssets + ReadDrivers)) {
    let (owner, other) = (driver("card-saved", None), driver("card-other", Some("pm_other")));
    for driver in [&owner, &other] {
        ports.put_driver(driver).await.unwrap();
    }
    let asked = request("card-saved");
    assert_eq!(ports.ask_card(&asked).await.unwrap(), Saved::Done);
    let saved = CardRequest { state: CardState::Saved { card: card("pm_new"), at: at(5) }, version: 1, ..asked };
    let stale = CardRequest { version: 7, ..saved.clone() };
    assert_eq!(ports.save_card_request(&stale, Some(&card("pm_stale"))).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.driver_of(&owner.tokens[0]).await.unwrap().as_ref(), Some(&owner));
    assert_eq!(ports.save_card_request(&saved, Some(&card("pm_new"))).await.unwrap(), Saved::Done);

    let with_card = driver("card-saved", Some("pm_new"));
    assert_eq!(ports.driver_of(&owner.tokens[0]).await.unwrap().as_ref(), Some(&with_card));
    assert_eq!(ports.driver_of(&other.tokens[0]).await.unwrap().as_ref(), Some(&other));
    let listed = ports.drivers().await.unwrap();
    assert!(listed.contains(&with_card) && listed.contains(&other), "{listed:?}");
    assert_eq!(ports.card_request(&owner.id).await.unwrap(), Some(CardRequest { version: 2, ..saved }));
}

/// Catches a request that is over although nobody has the card.
pub async fn a_card_of_nobody_is_not_saved(ports: &(impl KeepCards + KeepAssets)) {
    let asked = request("card-nobody");
    assert_eq!(ports.ask_card(&asked).await.unwrap(), Saved::Done);
    let saved = CardRequest { due_at: None, version: 1, ..asked.clone() };
    assert!(ports.save_card_request(&saved, Some(&card("pm_1"))).await.is_err());
    let kept = ports.card_request(&asked.order.driver).await.unwrap();
    assert_eq!(kept, Some(CardRequest { version: 1, ..asked }));
}

/// Catches a load that takes a driver's card away, and one that can give no other.
pub async fn loading_a_driver_without_a_card_leaves_the_saved_one(ports: &(impl KeepCards + KeepAssets + ReadDrivers)) {
    let loaded = driver("card-loaded", None);
    ports.put_driver(&loaded).await.unwrap();
    assert_eq!(ports.ask_card(&request("card-loaded")).await.unwrap(), Saved::Done);
    let saved = CardRequest { version: 1, ..request("card-loaded") };
    assert_eq!(ports.save_card_request(&saved, Some(&card("pm_saved"))).await.unwrap(), Saved::Done);
    for (named, has) in [(None, "pm_saved"), (Some("pm_named"), "pm_named"), (None, "pm_named")] {
        ports.put_driver(&driver("card-loaded", named)).await.unwrap();
        let found = ports.driver_of(&loaded.tokens[0]).await.unwrap().unwrap();
        assert_eq!(found, driver("card-loaded", Some(has)), "{named:?}");
    }
}

/// Catches a load that undoes a card that is saved while it goes on, and a card that undoes the load.
pub async fn a_card_that_is_saved_during_loads_is_not_lost(ports: &(impl KeepCards + KeepAssets + ReadDrivers)) {
    let loaded = driver("card-during", None);
    ports.put_driver(&loaded).await.unwrap();
    assert_eq!(ports.ask_card(&request("card-during")).await.unwrap(), Saved::Done);
    let request = CardRequest { version: 1, ..request("card-during") };
    let saving = async { ports.save_card_request(&request, Some(&card("pm_saved"))).await.unwrap() };
    let loading = join_all((0..2).map(|_| ports.put_driver(&loaded)));
    let (outcome, loaded_again) = futures_util::future::join(saving, loading).await;
    assert_eq!(outcome, Saved::Done);
    assert!(loaded_again.iter().all(Result::is_ok), "{loaded_again:?}");
    let found = ports.driver_of(&loaded.tokens[0]).await.unwrap().unwrap();
    assert_eq!(found, driver("card-during", Some("pm_saved")));
}

/// Catches a request that is found after it is over, or not found before, and a mark that makes an old one young.
pub async fn a_card_request_is_due_until_it_is_over(ports: &(impl KeepCards + MarkCards + FindDue)) {
    let asked = CardRequest { due_at: Some(at(60)), ..request("card-due") };
    let id = asked.order.driver.clone();
    let found = async |before, due_at| {
        let due = ports.find_due(at(before), 10_000).await.unwrap();
        due.contains(&Due::Card { id: id.clone(), due_at: at(due_at) })
    };
    assert!(!ports.mark_card_due(&id, at(0)).await.unwrap());
    assert_eq!(ports.ask_card(&asked).await.unwrap(), Saved::Done);
    assert!(!found(59, 60).await && found(60, 60).await);
    for now in [30, 50] {
        assert!(ports.mark_card_due(&id, at(now)).await.unwrap());
        assert!(found(30, 30).await, "marked at {now}");
    }
    assert_eq!(
        ports.save_card_request(&CardRequest { version: 1, ..asked.clone() }, None).await.unwrap(),
        Saved::Conflict
    );
    let last = CardRequest { due_at: None, version: 3, ..asked };
    assert_eq!(ports.save_card_request(&last, None).await.unwrap(), Saved::Done);
    assert!(ports.mark_card_due(&id, at(70)).await.unwrap());
    let due = ports.find_due(at(1_000), 10_000).await.unwrap();
    assert!(!due.iter().any(|due| matches!(due, Due::Card { id: found, .. } if *found == id)));
}

/// Catches a debt that is not tried again with a new card, and one of somebody else that is.
pub async fn what_a_driver_has_not_paid_is_known(ports: &(impl KeepAssets + KeepDebts + ReadUnpaid)) {
    let (debtor, other) = (driver("card-owes", None), driver("card-owes-nothing", None));
    for driver in [&debtor, &other] {
        ports.put_driver(driver).await.unwrap();
    }
    assert_eq!(ports.unpaid_of(&debtor.id).await.unwrap(), []);
    for name in ["card-owes-1", "card-owes-2"] {
        let owed = debt(&session(name), None);
        let payer = Payer { driver: debtor.id.clone(), ..owed.payer.clone() };
        let state = PaymentState::Uncollectible { intent: None, why: WhyUnpaid::NoPaymentMethod, at: at(5) };
        let given_up = billing::payment::Debt { state, payer, ..owed };
        assert_eq!(ports.save_debt(&given_up, None, &[]).await.unwrap(), Saved::Done);
        if name == "card-owes-1" {
            assert_eq!(ports.unpaid_of(&debtor.id).await.unwrap(), [session(name)]);
        } else {
            let settled = billing::payment::Debt { version: 1, ..given_up }.settled("cash", at(9)).unwrap();
            assert_eq!(ports.unpaid_of(&debtor.id).await.unwrap(), [session("card-owes-1"), session(name)]);
            assert_eq!(ports.save_debt(&settled, None, &[]).await.unwrap(), Saved::Done);
        }
    }
    assert_eq!(ports.unpaid_of(&debtor.id).await.unwrap(), [session("card-owes-1")]);
    assert_eq!(ports.unpaid_of(&other.id).await.unwrap(), []);
}

/// A driver is asked at noon; due at once.
pub(super) fn request(name: &str) -> CardRequest {
    CardRequest::asked(None, order(name), at(0))
}

/// What a driver is asked.
pub(super) fn order(name: &str) -> CardOrder {
    CardOrder {
        driver: id(name),
        customer: None,
        email: Some("driver@example.com".to_owned()),
        language: "en".to_owned(),
        currency: euros(),
        return_to: "https://charge.example/thanks".to_owned(),
    }
}

fn id(name: &str) -> DriverId {
    format!("d-{name}").parse().unwrap()
}

fn open() -> CardState {
    let (id, url) = ("cs_1".to_owned(), "https://checkout.example/cs_1".to_owned());
    CardState::Open(CardPage { id, url, expires_at: at(86_400) })
}

fn card(payment_method: &str) -> SavedCard {
    SavedCard { customer: "cus_1".to_owned(), payment_method: payment_method.to_owned() }
}

fn driver(name: &str, payment_method: Option<&str>) -> Driver {
    Driver {
        id: id(name),
        name: "Driver".to_owned(),
        email: Some("driver@example.com".to_owned()),
        phone: None,
        language: Language::default(),
        group: Some("staff".to_owned()),
        tokens: vec![format!("token-{name}").parse().unwrap()],
        stripe_customer: payment_method.map(|_| "cus_1".to_owned()),
        payment_method: payment_method.map(str::to_owned),
        blocked: false,
    }
}
