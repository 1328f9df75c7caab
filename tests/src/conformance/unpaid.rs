//! Drivers who have not paid.

use billing::payment::{Debt, Payer, PaymentState, WhyUnpaid};
use messages::IdToken;
use ports::{Driver, KeepAssets, KeepDebts, Language, ReadDrivers, Saved};

use super::values::{at, debt, session};

/// Catches a driver who may charge on, one whom another's debt blocks, and one who stays blocked after paying.
pub async fn a_driver_is_blocked_while_any_debt_stands(ports: &(impl KeepAssets + KeepDebts + ReadDrivers)) {
    let (owes, other) = (driver("unpaid-owes"), driver("unpaid-other"));
    for driver in [&owes, &other] {
        ports.put_driver(driver).await.unwrap();
    }
    let first = give_up(ports, &owes, "unpaid-first").await;
    assert!(is_blocked(ports, &owes).await);
    assert!(!is_blocked(ports, &other).await);
    let second = give_up(ports, &owes, "unpaid-second").await;

    // Paid with another card.
    let reopened = first.reopened(Some("cus_1"), Some("pm_2"), at(10)).unwrap();
    save(ports, &reopened).await;
    assert!(is_blocked(ports, &owes).await);
    let state = PaymentState::Succeeded { intent: "pi_1".to_owned(), captured_minor: 300, at: at(20) };
    save(ports, &Debt { state, due_at: None, version: 2, ..reopened }).await;
    assert!(is_blocked(ports, &owes).await, "one of two is paid");

    // Paid another way; what loses changes nothing.
    let settled = second.settled("cash", at(30)).unwrap();
    assert_eq!(ports.save_debt(&Debt { version: 7, ..settled.clone() }, None, &[]).await.unwrap(), Saved::Conflict);
    assert!(is_blocked(ports, &owes).await);
    save(ports, &settled).await;
    assert!(!is_blocked(ports, &owes).await);
}

/// Catches a load that lets drivers charge again who have not paid, and one that is undone by a payment.
pub async fn loading_a_driver_changes_nothing_of_what_they_owe(ports: &(impl KeepAssets + KeepDebts + ReadDrivers)) {
    let owes = driver("unpaid-loaded");
    ports.put_driver(&owes).await.unwrap();
    let unpaid = give_up(ports, &owes, "unpaid-loaded").await;
    ports.put_driver(&owes).await.unwrap();
    assert!(is_blocked(ports, &owes).await);
    let listed = ports.drivers().await.unwrap().into_iter().find(|driver| driver.id == owes.id).unwrap();
    assert!(!listed.blocked, "what is exported is what was loaded");
    ports.put_driver(&Driver { blocked: true, ..owes.clone() }).await.unwrap();
    save(ports, &unpaid.settled("cash", at(30)).unwrap()).await;
    assert!(is_blocked(ports, &owes).await, "somebody has said so");
}

async fn is_blocked(ports: &impl ReadDrivers, driver: &Driver) -> bool {
    ports.driver_of(&driver.tokens[0]).await.unwrap().unwrap().blocked
}

async fn save(ports: &impl KeepDebts, debt: &Debt) {
    assert_eq!(ports.save_debt(debt, None, &[]).await.unwrap(), Saved::Done);
}

/// A stored debt of a driver that was given up.
async fn give_up(ports: &impl KeepDebts, driver: &Driver, name: &str) -> Debt {
    let owed = debt(&session(name), None);
    let state = PaymentState::Uncollectible { intent: None, why: WhyUnpaid::NoPaymentMethod, at: at(5) };
    let payer = Payer { driver: driver.id.clone(), ..owed.payer.clone() };
    let unpaid = Debt { state, payer, ..owed };
    save(ports, &unpaid).await;
    Debt { version: 1, ..unpaid }
}

fn driver(name: &str) -> Driver {
    let token: IdToken = format!("token-{name}").parse().unwrap();
    Driver {
        id: format!("d-{name}").parse().unwrap(),
        name: "Driver".to_owned(),
        email: None,
        phone: None,
        language: Language::default(),
        group: None,
        tokens: vec![token],
        stripe_customer: Some("cus_1".to_owned()),
        payment_method: Some("pm_1".to_owned()),
        blocked: false,
    }
}
