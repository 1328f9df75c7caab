//! Events on their way to the webhook.

use std::time::Duration;

use jiff::SignedDuration;
use stripe_double::{DeliveryOutcome, Disorder, Webhook};
use tokio::net::TcpListener;

use crate::receiver::Receiver;
use crate::world::{World, text};

const PAY: &str = "&payment_method=pm_card_visa&confirm=true&metadata[session]=s1";

#[tokio::test]
async fn events_come_signed_once_and_in_order() {
    let receiver = Receiver::start().await;
    let world = World::with(|config| config.webhook = Some(receiver.webhook())).await;
    let id = world.intent_id(PAY).await;
    let delivered = receiver.wait_for(3).await;
    let kinds: Vec<_> = delivered.iter().map(super::receiver::Delivered::kind).collect();
    assert_eq!(kinds, ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    let object = &delivered[2].event()["data"]["object"];
    assert_eq!((object["id"].as_str(), object["metadata"]["session"].as_str()), (Some(id.as_str()), Some("s1")));
    for delivery in &delivered {
        let expected = signature(&delivery.payload, crate::world::start_time().as_second());
        assert_eq!(delivery.headers["Stripe-Signature"], expected);
    }
    world.handle().deliver_due().await;
    assert_eq!(receiver.so_far().len(), 3);
}

/// Written apart from the double's own: the signature is over `{t}.{payload}`.
fn signature(payload: &str, at: i64) -> String {
    use std::fmt::Write as _;

    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"whsec_1").unwrap();
    mac.update(format!("{at}.{payload}").as_bytes());
    let mut header = format!("t={at},v1=");
    for byte in mac.finalize().into_bytes() {
        write!(header, "{byte:02x}").unwrap();
    }
    header
}

#[tokio::test]
async fn an_event_may_come_before_the_reply_and_the_intent_can_then_be_read() {
    let receiver = Receiver::start().await;
    let disorder = Disorder { before_reply_percent: 100, ..Disorder::default() };
    let world = World::with(|config| {
        config.webhook = Some(receiver.webhook());
        config.disorder = disorder;
    })
    .await;
    world.intent(PAY).await;
    assert_eq!(receiver.so_far().len(), 3, "all came before the reply");
}

#[tokio::test]
async fn events_may_come_twice_late_and_out_of_order() {
    let receiver = Receiver::start().await;
    let disorder = Disorder {
        seed: 1,
        duplicate_percent: 100,
        late_percent: 100,
        late_max: SignedDuration::from_mins(10),
        shuffled: true,
        ..Disorder::default()
    };
    let world = World::with(|config| {
        config.webhook = Some(receiver.webhook());
        config.disorder = disorder;
    })
    .await;
    world.intent(PAY).await;
    world.handle().deliver_due().await;
    assert_eq!(receiver.so_far().len(), 0, "none is due yet");
    world.pass(SignedDuration::from_mins(10));
    let delivered = receiver.wait_for(6).await;
    let mut ids: Vec<_> = delivered.iter().map(|delivery| text(&delivery.event()["id"])).collect();
    let made: Vec<_> = world.get("/v1/events").await.json()["data"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|event| text(&event["id"]))
        .collect();
    let twice: Vec<_> = made.iter().flat_map(|id| [id.clone(), id.clone()]).collect();
    assert_ne!(ids, twice, "this seed disturbs the order");
    ids.sort();
    let mut expected = twice;
    expected.sort();
    assert_eq!(ids, expected);
    let at = crate::world::start_time().as_second() + 600;
    assert!(delivered[0].headers["Stripe-Signature"].starts_with(&format!("t={at},")), "signed when sent");
}

#[tokio::test]
async fn what_is_not_acknowledged_comes_again() {
    let receiver = Receiver::start().await;
    receiver.answer_with(503);
    let world = World::with(|config| config.webhook = Some(receiver.webhook())).await;
    world.intent("").await;
    receiver.wait_for(1).await;
    receiver.answer_with(200);
    world.pass(SignedDuration::from_mins(5));
    let delivered = receiver.wait_for(2).await;
    assert_eq!(delivered[0].payload, delivered[1].payload);
    assert_ne!(delivered[0].headers["Stripe-Signature"], delivered[1].headers["Stripe-Signature"]);
    world.pass(SignedDuration::from_hours(72));
    world.handle().deliver_due().await;
    let outcomes: Vec<_> = world.handle().deliveries().into_iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [DeliveryOutcome::Answered(503), DeliveryOutcome::Answered(200)]);
    assert_eq!(world.get("/v1/events").await.json()["data"][0]["pending_webhooks"], 0);
}

#[tokio::test]
async fn a_webhook_that_does_not_answer_in_time_is_unreachable() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/stripe", silent.local_addr().unwrap());
    let world = World::with(|config| {
        config.webhook = Some(Webhook::new(&url, &["whsec_1"]).unwrap());
        config.answer_within = Duration::from_millis(1);
    })
    .await;
    world.intent("").await;
    world.handle().deliver_due().await;
    let outcomes: Vec<_> = world.handle().deliveries().into_iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [DeliveryOutcome::Unreachable]);
}

#[tokio::test]
async fn without_a_webhook_nothing_waits_for_one() {
    let receiver = Receiver::start().await;
    let world = World::new().await;
    world.intent("").await;
    world.handle().set_webhook(receiver.webhook());
    let second = world.intent_id("").await;
    world.handle().remove_webhook();
    world.intent("").await;
    world.handle().set_webhook(receiver.webhook());
    world.handle().deliver_due().await;
    let delivered = receiver.so_far();
    let about: Vec<_> = delivered.iter().map(|delivery| text(&delivery.event()["data"]["object"]["id"])).collect();
    assert_eq!(about, [second]);
}
