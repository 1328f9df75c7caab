//! Finding payment intents again.

use jiff::SignedDuration;

use crate::world::{World, text};

#[tokio::test]
async fn intents_are_listed_by_customer_and_time_and_searched_by_metadata() {
    let world = World::new().await;
    world.handle().add_customer("cus_a", "pm_card_visa", "a@example.com").unwrap();
    let first = world.intent_id("&customer=cus_a&metadata[session]=s1").await;
    world.pass(SignedDuration::from_mins(10));
    let second = world.intent_id("&metadata[session]=s2").await;
    let at = crate::world::start_time().as_second();
    for (query, expected) in [
        (String::new(), vec![&second, &first]),
        ("customer=cus_a".to_owned(), vec![&first]),
        (format!("created[gt]={at}"), vec![&second]),
        (format!("created[lte]={at}"), vec![&first]),
    ] {
        let listed = world.get(&format!("/v1/payment_intents?{query}")).await.json();
        let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|intent| text(&intent["id"])).collect();
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let search = |session: &str| format!("/v1/payment_intents/search?query=metadata[%22session%22]:%22{session}%22");
    let count = async |session: &str| world.get(&search(session)).await.json()["data"].as_array().unwrap().len();
    assert_eq!((count("s1").await, count("s2").await), (1, 0), "what is new is not found yet");
    world.pass(SignedDuration::from_secs(60));
    assert_eq!((count("s1").await, count("s2").await, count("s3").await), (1, 1, 0));
}

#[tokio::test]
async fn events_are_listed_by_type_and_retrieved() {
    let world = World::new().await;
    let id = world.intent_id("&payment_method=pm_card_visa&confirm=true").await;
    let listed = world.get("/v1/events?type=payment_intent.succeeded").await.json();
    let event = &listed["data"][0];
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        (event["data"]["object"]["id"].as_str(), event["data"]["object"]["amount"].as_i64()),
        (Some(id.as_str()), Some(2000))
    );
    assert_eq!(&world.get(&format!("/v1/events/{}", text(&event["id"]))).await.json(), event);
}
