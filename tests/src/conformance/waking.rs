//! Who is woken by a write: the readers of the streams of sessions and alerts.

use std::future::Future;

use alerts::{Alert, AlertChange, AlertId, Ending};
use billing::money::Money;
use billing::payment::{CardRequest, Debt, Hold, Payment, Returns};
use messages::{DriverId, HoldId, SessionId};
use ports::{
    KeepAlerts, KeepCards, KeepConnectors, KeepDebts, KeepHolds, KeepReturns, KeepSessions, MarkCards, MarkDebts,
    MarkHolds, MarkReturns, OpenHolds, Raised, Saved, Settled, WithHold,
};

use super::values::{at, completed, connector, debt, euros, head, hold, key, message, session, settled, station};

/// What the readers of the streams were told since this was asked last, in the order of the writes.
pub trait Woken {
    /// Debts that want to be collected.
    fn collectors(&self) -> impl Future<Output = Vec<SessionId>>;
    /// Holds that want to be collected.
    fn holders(&self) -> impl Future<Output = Vec<HoldId>>;
    /// Drivers whose cards want to be saved.
    fn savers(&self) -> impl Future<Output = Vec<DriverId>>;
    /// Alerts that want to be published.
    fn publishers(&self) -> impl Future<Output = Vec<AlertId>>;
}

/// Catches a debt that waits for the sweep, and readers that are woken by every message.
pub async fn a_debt_wakes_its_collector_once(
    ports: &(impl KeepSessions + ports::StoreMessages + KeepDebts + MarkDebts),
    woken: &impl Woken,
) {
    let session = session("wake");
    let stored = ports.put_message(&session, &message(0, "wake")).await.unwrap();
    assert_eq!(stored, ports::Put::Stored);
    assert_eq!(ports.save_head(&head(&session, Some(at(0)))).await.unwrap(), Saved::Done);
    assert_eq!(woken.collectors().await, []);

    let end = Settled { alerts: Vec::new(), ..settled(&session, 1) };
    assert_eq!(ports.settle(&end).await.unwrap(), Saved::Done);
    assert_eq!(woken.collectors().await, std::slice::from_ref(&session));

    // The collector writes what it does, whether or not something is left to do.
    let debt = debt(&session, Some(at(60)));
    for (version, due_at) in [(1, Some(at(60))), (2, Some(at(0)))] {
        let saved = ports.save_debt(&Debt { version, due_at, ..debt.clone() }, None, &[]).await.unwrap();
        assert_eq!(saved, Saved::Done);
        assert_eq!(woken.collectors().await, []);
    }
    // Twice at the same time is once; a minute later is once more.
    for (now, expected) in [(at(10), 1), (at(70), 1)] {
        assert!(ports.mark_debt_due(&session, now).await.unwrap());
        assert_eq!(woken.collectors().await.len(), expected);
    }
    let last = ports.debt(&session).await.unwrap().unwrap();
    assert_eq!(ports.save_debt(&Debt { due_at: None, ..last }, None, &[]).await.unwrap(), Saved::Done);
    assert!(ports.mark_debt_due(&session, at(90)).await.unwrap());
    assert_eq!(woken.collectors().await, [], "nothing is due any more");
}

/// Catches a hold that waits for the sweep, and a collector who wakes itself.
pub async fn a_hold_wakes_its_collector_once(
    ports: &(impl OpenHolds + KeepHolds + MarkHolds + KeepSessions),
    woken: &impl Woken,
) {
    let asked = hold("wake-hold", Some(at(0)));
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Done);
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Conflict);
    assert_eq!(woken.holders().await, std::slice::from_ref(&asked.id));
    for (version, due_at) in [(1, Some(at(60))), (2, Some(at(0)))] {
        let hold = Hold { version, due_at, ..asked.clone() };
        assert_eq!(ports.save_hold(&hold, &WithHold::default()).await.unwrap(), Saved::Done);
        assert_eq!(woken.holders().await, []);
    }
    assert!(ports.mark_hold_due(&asked.id, at(70)).await.unwrap());
    assert_eq!(woken.holders().await, std::slice::from_ref(&asked.id));

    let session = session("wake-held");
    let told = Hold { version: 4, ..asked.clone() };
    let end = Settled { hold: Some(told), debt: None, alerts: Vec::new(), ..settled(&session, 0) };
    assert_eq!(ports.settle(&end).await.unwrap(), Saved::Done);
    assert_eq!(woken.holders().await, std::slice::from_ref(&asked.id));

    let last = Hold { version: 5, due_at: None, ..asked.clone() };
    assert_eq!(ports.save_hold(&last, &WithHold::default()).await.unwrap(), Saved::Done);
    assert!(ports.mark_hold_due(&asked.id, at(90)).await.unwrap());
    assert_eq!(woken.holders().await, [], "nothing is due any more");
}

/// Catches a debt beside a hold that waits for the sweep.
pub async fn what_a_hold_has_not_paid_wakes_its_collector(ports: &(impl OpenHolds + KeepHolds), woken: &impl Woken) {
    let asked = hold("wake-rest", Some(at(0)));
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Done);
    let session = session("wake-rest");
    let rest = WithHold { debt: Some(debt(&session, Some(at(5)))), ..WithHold::default() };
    let ended = Hold { version: 1, due_at: None, ..asked };
    assert_eq!(woken.collectors().await, []);
    assert_eq!(ports.save_hold(&ended, &rest).await.unwrap(), Saved::Done);
    assert_eq!(woken.collectors().await, [session]);
}

/// Catches a refund that waits for the sweep.
pub async fn what_is_asked_back_wakes_its_collector_once(ports: &(impl KeepReturns + MarkReturns), woken: &impl Woken) {
    let (session, captured) = (session("wake-back"), Money { minor: 300, currency: euros() });
    let payment = Payment { session: session.clone(), number: 1, intent: "pi_wake".to_owned(), captured, at: at(0) };
    let asked = Returns::of(&payment).asked(None, "cable", at(0)).unwrap();
    assert_eq!(ports.ask_returns(&asked).await.unwrap(), Saved::Done);
    assert_eq!(woken.collectors().await, std::slice::from_ref(&session));
    let later = Returns { due_at: Some(at(60)), version: 1, ..asked };
    assert_eq!(ports.save_returns(&later, &[]).await.unwrap(), Saved::Done);
    assert_eq!(woken.collectors().await, []);
    assert!(ports.mark_returns_due(&session, 1, at(70)).await.unwrap());
    assert_eq!(woken.collectors().await, [session]);
}

/// Catches a driver's card that waits for the sweep, and a collector who wakes itself.
pub async fn a_card_request_wakes_its_collector_once(ports: &(impl KeepCards + MarkCards), woken: &impl Woken) {
    let asked = super::cards::request("wake-card");
    let driver = asked.order.driver.clone();
    assert_eq!(ports.ask_card(&asked).await.unwrap(), Saved::Done);
    assert_eq!(woken.savers().await, std::slice::from_ref(&driver));
    for (version, due_at) in [(1, Some(at(60))), (2, Some(at(0)))] {
        let request = CardRequest { version, due_at, ..asked.clone() };
        assert_eq!(ports.save_card_request(&request, None).await.unwrap(), Saved::Done);
        assert_eq!(woken.savers().await, []);
    }
    assert!(ports.mark_card_due(&driver, at(70)).await.unwrap());
    assert_eq!(woken.savers().await, std::slice::from_ref(&driver));
    let last = CardRequest { version: 4, due_at: None, ..asked };
    assert_eq!(ports.save_card_request(&last, None).await.unwrap(), Saved::Done);
    assert!(ports.mark_card_due(&driver, at(90)).await.unwrap());
    assert_eq!(woken.savers().await, [], "nothing is due any more");
}

/// Catches a session without a debt that is handed to the collector.
pub async fn what_nobody_owes_wakes_nobody(ports: &impl KeepSessions, woken: &impl Woken) {
    let (free, lost) = (session("wake-free"), session("wake-lost"));
    let without = Settled { debt: None, alerts: Vec::new(), ..settled(&free, 0) };
    assert_eq!(ports.settle(&without).await.unwrap(), Saved::Done);
    assert_eq!(ports.settle(&settled(&lost, 5)).await.unwrap(), Saved::Conflict);
    assert_eq!(woken.collectors().await, []);
    assert_eq!(woken.publishers().await, []);
}

/// Catches an alert that waits for the sweep, and a publisher who wakes itself.
pub async fn an_alert_wakes_its_publisher_once(ports: &(impl KeepAlerts + KeepConnectors), woken: &impl Woken) {
    let (raised, opened) = (completed(&session("wake-raised"), at(0)), completed(&session("wake-opened"), at(0)));
    for _ in 0..2 {
        // The second time it is there already.
        let (Raised::New | Raised::Already) = ports.raise(&raised).await.unwrap();
    }
    write_with(ports, "wake-1", AlertChange::open(opened.clone())).await;
    write_with(ports, "wake-2", AlertChange::open(opened.clone())).await;
    assert_eq!(woken.publishers().await, [raised.id.clone(), opened.id]);

    for (version, due_at) in [(1, Some(at(60))), (2, None)] {
        let saved = ports.save_alert(&Alert { version, due_at, ..raised.clone() }).await.unwrap();
        assert_eq!(saved, Saved::Done);
    }
    ports.mark_alert_due(&raised.id, at(10)).await.unwrap();
    assert_eq!(woken.publishers().await, [], "nothing is due any more");

    let resolve = AlertChange::resolve(raised.id.clone(), Ending::Cleared, at(50), at(60));
    write_with(ports, "wake-3", resolve.clone()).await;
    assert_eq!(woken.publishers().await, std::slice::from_ref(&raised.id));
    write_with(ports, "wake-4", resolve).await;
    assert_eq!(woken.publishers().await, [], "it had ended before");
    ports.mark_alert_due(&raised.id, at(120)).await.unwrap();
    assert_eq!(woken.publishers().await, [raised.id]);
}

/// Catches an alert for nobody that is handed to the publisher.
pub async fn an_alert_for_nobody_wakes_nobody(ports: &impl KeepAlerts, woken: &impl Woken) {
    let alert = Alert { due_at: None, ..completed(&session("wake-nobody"), at(0)) };
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    assert_eq!(woken.publishers().await, []);
}

async fn write_with(ports: &impl KeepConnectors, name: &str, change: AlertChange) {
    let row = connector(&station(name), key(1, 1));
    assert_eq!(ports.save_connector(&row, &[change]).await.unwrap(), Saved::Done);
}
