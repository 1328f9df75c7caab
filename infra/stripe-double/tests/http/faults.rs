//! What a client sees when something goes wrong, and what was done all the same.

use stripe_double::{Ended, Fault, PlannedFault, Storm};

use crate::client::{self, Received};
use crate::world::{AUTHORIZATION, INTENT, World};

const INTENTS: &str = "/v1/payment_intents";

/// What the first request under a key brought, how many intents there are then, what the second one brought, how many
/// intents there are at last.
#[tokio::test]
async fn every_fault_has_its_effect_and_its_memory() {
    for (fault, first, made, second, replayed, last) in [
        (Fault::DropBefore, None, 0, 200, false, 1),
        (Fault::DropAfter, None, 1, 200, true, 1),
        (Fault::ErrorBefore, Some(500), 0, 500, true, 0),
        (Fault::ErrorAfter, Some(500), 1, 500, true, 1),
        (Fault::RateLimited, Some(429), 0, 200, false, 1),
    ] {
        let world = World::new().await;
        world.handle().faults().plan(PlannedFault::new("POST /v1/payment_intents", fault).with_key("k"));
        let received = world.send("POST", INTENTS, Some("k"), INTENT).await;
        let status = match received {
            Received::Whole(reply) => Some(reply.status),
            Received::Nothing => None,
            Received::Broken(reply) => panic!("{fault:?}: {reply:?}"),
        };
        assert_eq!((status, world.handle().intents().len()), (first, made), "{fault:?}");
        let again = world.post_keyed(INTENTS, "k", INTENT).await;
        let again = (again.status, again.headers.contains_key("idempotent-replayed"));
        assert_eq!((again, world.handle().intents().len()), ((second, replayed), last), "{fault:?}");
    }
}

#[tokio::test]
async fn a_truncated_reply_breaks_off_in_its_body_after_the_effect() {
    let world = World::new().await;
    world.handle().faults().plan(PlannedFault::new("*", Fault::Truncated));
    let Received::Broken(half) = world.send("POST", INTENTS, Some("k"), INTENT).await else { panic!("whole") };
    let whole = world.post_keyed(INTENTS, "k", INTENT).await;
    assert_eq!(half.status, 200);
    assert!(!half.text.is_empty() && whole.text.starts_with(&half.text) && half.text != whole.text);
    assert_eq!(world.handle().intents().len(), 1);
}

#[tokio::test]
async fn an_effect_may_come_after_the_client_has_gone() {
    let world = World::new().await;
    let faults = world.handle().faults();
    faults.plan(PlannedFault::new("*", Fault::HangBefore));
    let headers = format!("{AUTHORIZATION}Idempotency-Key: k\r\n");
    let client = tokio::spawn({
        let addr = world.running.addr;
        async move { client::send(addr, "POST", INTENTS, &headers, INTENT).await }
    });
    faults.wait_hanging(1).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    assert_eq!(world.handle().intents(), []);
    assert_eq!(world.post_keyed(INTENTS, "k", INTENT).await.status, 409);
    faults.release();
    // The request goes on in its own time; a conflict says that it has not ended.
    let mut ended = world.post_keyed(INTENTS, "k", INTENT).await;
    for _ in 0..1000 {
        if ended.status != 409 {
            break;
        }
        ended = world.post_keyed(INTENTS, "k", INTENT).await;
    }
    assert_eq!((ended.status, ended.headers.contains_key("idempotent-replayed")), (200, true));
    assert_eq!(world.handle().intents().len(), 1);
}

#[tokio::test]
async fn a_reply_may_hang_after_the_effect() {
    let world = World::new().await;
    world.handle().faults().plan(PlannedFault::new("*", Fault::HangAfter));
    let (first, ()) = tokio::join!(world.post_keyed(INTENTS, "k", INTENT), async {
        world.handle().faults().wait_hanging(1).await;
        assert_eq!(world.handle().intents().len(), 1);
        assert_eq!(world.post_keyed(INTENTS, "k", INTENT).await.headers["idempotent-replayed"], "true");
        world.handle().faults().release();
    });
    assert_eq!(first.status, 200);
}

#[tokio::test]
async fn a_client_that_repeats_under_one_key_is_charged_once_whatever_the_weather() {
    for seed in 0..20 {
        let faults = vec![Fault::DropBefore, Fault::DropAfter, Fault::RateLimited, Fault::Truncated];
        let world = World::with(|config| config.storm = Some(Storm { seed, percent: 60, faults })).await;
        let params = format!("{INTENT}&payment_method=pm_card_visa&confirm=true");
        let mut status = None;
        for _ in 0..1000 {
            if let Received::Whole(reply) = world.send("POST", INTENTS, Some("k"), &params).await
                && reply.status == 200
            {
                status = Some(reply.json()["status"].clone());
                break;
            }
        }
        assert_eq!(status.unwrap(), "succeeded", "seed {seed}");
        let captured: i64 = world.handle().intents().iter().map(|intent| intent.captured_minor).sum();
        assert_eq!(captured, 2000, "seed {seed}");
    }
}

#[tokio::test]
async fn stopping_ends_hanging_requests_without_their_effect() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::remembering(directory.path()).await;
    world.handle().faults().plan(PlannedFault::new("*", Fault::HangBefore));
    let handle = world.handle().clone();
    let headers = AUTHORIZATION.to_owned();
    let addr = world.running.addr;
    let client = tokio::spawn(async move { client::send(addr, "POST", INTENTS, &headers, INTENT).await });
    handle.faults().wait_hanging(1).await;
    assert_eq!(world.running.stop().await, Ended::Stopped);
    assert_eq!(client.await.unwrap(), Received::Nothing);
    assert_eq!(World::remembering(directory.path()).await.handle().intents(), []);
}

#[tokio::test]
async fn requests_are_written_down_in_order() {
    let world = World::new().await;
    world.post_keyed(INTENTS, "k", INTENT).await;
    world.get("/v1/payment_intents?limit=3").await;
    let seen: Vec<_> = world
        .handle()
        .requests()
        .into_iter()
        .map(|request| {
            format!("{} {} {:?} {:?}", request.method, request.path, request.key, request.params.get("limit"))
        })
        .collect();
    assert_eq!(seen, ["POST /v1/payment_intents Some(\"k\") None", "GET /v1/payment_intents None Some(\"3\")",]);
}
