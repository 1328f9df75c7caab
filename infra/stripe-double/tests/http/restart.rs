//! What survives the end of the process.

use std::fs::OpenOptions;
use std::io::Write as _;

use stripe_double::{Config, Ended, StartError, StripeDouble};

use crate::receiver::Receiver;
use crate::world::{INTENT, World};

const INTENTS: &str = "/v1/payment_intents";

#[tokio::test]
async fn objects_and_keys_come_back_after_a_sudden_end() {
    let directory = tempfile::tempdir().unwrap();
    let params = format!("{INTENT}&payment_method=pm_card_visa&confirm=true");
    let (first, before) = {
        let world = World::remembering(directory.path()).await;
        world.handle().add_customer("cus_a", "pm_card_visa", "a@example.com").unwrap();
        let first = world.post_keyed(INTENTS, "k", &params).await;
        (first, world.handle().intents())
        // Dropped without being stopped: nothing is written from here on.
    };
    let mut torn = OpenOptions::new().append(true).open(directory.path().join("stripe-double.ndjson")).unwrap();
    torn.write_all(b"{\"at\":\"2026-01-05T12:00:0").unwrap();

    let world = World::remembering(directory.path()).await;
    assert_eq!(world.handle().intents(), before);
    assert_eq!(world.get("/v1/customers/cus_a").await.status, 200);
    let again = world.post_keyed(INTENTS, "k", &params).await;
    assert_eq!((&again.text, again.headers["idempotent-replayed"].as_str()), (&first.text, "true"));
    let id = &before[0].id;
    assert_eq!(world.post("/v1/refunds", &format!("payment_intent={id}")).await.status, 200);
    assert_eq!(world.snapshot(id).refunded_minor, 2000);

    let third = World::remembering(directory.path()).await;
    assert_eq!(third.snapshot(id).refunded_minor, 2000);
}

#[tokio::test]
async fn a_reply_is_on_disk_before_it_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::remembering(directory.path()).await;
    for n in 0..20 {
        let reply = world.post_keyed(INTENTS, &format!("k{n}"), INTENT).await.json();
        let journal = std::fs::read_to_string(directory.path().join("stripe-double.ndjson")).unwrap();
        let last = journal.lines().last().unwrap();
        assert!(last.contains(reply["id"].as_str().unwrap()) && last.contains(&format!("\"k{n}\"")), "{n}");
    }
}

#[tokio::test]
async fn events_that_no_webhook_has_are_delivered_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let gone = Receiver::start().await;
    gone.answer_with(500);
    {
        let world = World::with(|config| {
            config.data_dir = Some(directory.path().to_owned());
            config.webhook = Some(gone.webhook());
        })
        .await;
        world.intent("").await;
        gone.wait_for(1).await;
        world.running.stop().await;
    }
    let receiver = Receiver::start().await;
    let world = World::remembering(directory.path()).await;
    world.handle().set_webhook(receiver.webhook());
    assert_eq!(receiver.wait_for(1).await[0].payload, gone.so_far()[0].payload);
}

#[tokio::test]
async fn the_owner_is_told_that_the_double_has_stopped() {
    let world = World::new().await;
    let handle = world.handle().clone();
    assert_eq!(world.running.stop().await, Ended::Stopped);
    assert_eq!(handle.intents(), []);
}

#[tokio::test]
async fn a_double_starts_on_loopback_with_test_keys_only() {
    let config = || Config::new(std::sync::Arc::new(crate::world::start_time));
    let everywhere = Config { listen: "0.0.0.0:0".parse().unwrap(), ..config() };
    assert!(matches!(StripeDouble::start(everywhere).await, Err(StartError::NotLoopback(_))));
    let live = Config { api_keys: vec!["sk_live_1".to_owned()], ..config() };
    assert!(matches!(StripeDouble::start(live).await, Err(StartError::ApiKey)));
    let running = StripeDouble::start(config()).await.unwrap();
    let taken = Config { listen: running.addr, ..config() };
    assert!(matches!(StripeDouble::start(taken).await, Err(StartError::Listen { .. })));
}
