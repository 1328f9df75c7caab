//! From a debt to money, once.

use billing::payment::PaymentState;
use futures_util::future::join_all;
use jiff::SignedDuration;
use ports::{Payable, Record};

use crate::sessions::night_session;
use crate::world::{NOW, World, at, record};

fn due(copy: usize) -> Record<Payable> {
    Record { id: format!("r-{copy}"), body: Payable::Debt("station-001:t-1".parse().unwrap()) }
}

#[tokio::test]
async fn fifty_marks_at_once_give_one_intent_and_one_capture() {
    let world = World::new().await;
    world.record("station-001", &night_session("t-1", "04A1B2C3")).await;
    let owed = world.only_cdr().await.due();
    join_all((0..50).map(|copy| collect_payment::handle(&world.ports, at(NOW), vec![due(copy)]))).await;
    // Whoever lost a race leaves the debt due; a later look finds it.
    let later = at(NOW).saturating_add(SignedDuration::from_mins(2)).unwrap();
    collect_payment::handle(&world.ports, later, vec![due(50)]).await;

    let intents = world.stripe.handle.intents();
    assert_eq!(intents.len(), 1);
    assert_eq!(intents[0].captured_minor, owed.minor);
    let payments = world.ports.tables.all_payments().await.unwrap();
    assert_eq!(payments.len(), 1);
    assert_eq!((payments[0].captured, &payments[0].intent), (owed, &intents[0].id));
    let debt = world.ports.tables.all_debts().await.unwrap().remove(0);
    assert!(matches!(debt.state, PaymentState::Succeeded { .. }), "{:?}", debt.state);
    assert_eq!(debt.due_at, None);
}

#[tokio::test]
async fn fifty_copies_of_an_end_at_once_give_one_bill_one_intent_and_one_capture() {
    let world = World::new().await;
    let mut messages = night_session("t-1", "04A1B2C3");
    let ended = messages.pop().unwrap().to_string().into_bytes();
    world.record("station-001", &messages).await;
    let end = |copy: usize| vec![record(&format!("e-{copy}"), "station-001", "transaction", ended.clone(), at(NOW))];
    let failed = join_all((0..50).map(|copy| record_transaction::handle(&world.ports, at(NOW), end(copy)))).await;
    // A queue gives back what lost too many races.
    for (copy, _) in failed.iter().enumerate().filter(|(_, failed)| !failed.is_empty()) {
        assert_eq!(record_transaction::handle(&world.ports, at(NOW), end(copy)).await, []);
    }
    let owed = world.only_cdr().await.due();
    assert_eq!(world.ports.tables.all_debts().await.unwrap().len(), 1);
    join_all((0..50).map(|copy| collect_payment::handle(&world.ports, at(NOW), vec![due(copy)]))).await;
    let later = at(NOW).saturating_add(SignedDuration::from_mins(2)).unwrap();
    collect_payment::handle(&world.ports, later, vec![due(50)]).await;
    let intents = world.stripe.handle.intents();
    assert_eq!(intents.iter().map(|intent| intent.captured_minor).collect::<Vec<_>>(), [owed.minor]);
    assert_eq!(world.ports.tables.all_payments().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_driver_is_told_once_what_the_session_costs() {
    let world = World::new().await;
    world.record("station-001", &night_session("t-1", "04A1B2C3")).await;
    let alert = world.ports.tables.all_alerts().await.unwrap().remove(0);
    for copy in 0..3 {
        let record = Record { id: format!("r-{copy}"), body: alert.id.clone() };
        assert_eq!(send_alerts::handle(&world.ports, at(NOW), vec![record]).await, []);
    }
    let published = world.ports.outside.published.lock().unwrap();
    assert_eq!(published.len(), 1);
    assert_eq!(
        published[0].text(),
        "You charged 17.500 kWh at Demo Garage. 13.21 EUR will be taken from your card. Begun 1 Jun 20:30."
    );
}
