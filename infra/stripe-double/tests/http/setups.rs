//! Saving cards with setup intents.

use stripe_double::Challenge;

use crate::world::{World, text};

#[tokio::test]
async fn a_saved_card_pays_off_session() {
    for (card, asks) in [("pm_card_visa", false), ("pm_card_authenticationRequiredOnSetup", true)] {
        let world = World::new().await;
        let customer = text(&world.post("/v1/customers", "").await.json()["id"]);
        let params = format!("customer={customer}&usage=off_session&allowed_payment_method_types[]=card");
        let setup = world.post("/v1/setup_intents", &params).await.json();
        assert_eq!(setup["status"], "requires_payment_method");
        let path = format!("/v1/setup_intents/{}", text(&setup["id"]));
        let confirmed = world.post(&format!("{path}/confirm"), &format!("payment_method={card}")).await.json();
        assert_eq!(confirmed["status"], if asks { "requires_action" } else { "succeeded" }, "{card}");
        if asks {
            world.handle().authenticate(&text(&setup["id"]), Challenge::Passed).unwrap();
        }
        let saved = world.get(&path).await.json();
        assert_eq!(saved["status"], "succeeded", "{card}");
        let method = text(&saved["payment_method"]);
        let pay = format!("&customer={customer}&payment_method={method}&confirm=true&off_session=true");
        assert_eq!(world.intent(&pay).await["status"], "succeeded", "{card}");
        let again = world.post(&format!("{path}/confirm"), "").await;
        assert_eq!(again.error()["code"], "setup_intent_unexpected_state", "{card}");
    }
}

#[tokio::test]
async fn a_card_that_cannot_be_saved_leaves_the_setup_open() {
    let world = World::new().await;
    let declined = world.post("/v1/setup_intents", "payment_method=pm_card_chargeDeclined&confirm=true").await;
    assert_eq!((declined.status, declined.error()["code"].as_str()), (402, Some("card_declined")));
    assert_eq!(declined.error()["setup_intent"]["status"], "requires_payment_method");

    let asked =
        world.post("/v1/setup_intents", "payment_method=pm_card_authenticationRequired&confirm=true").await.json();
    world.handle().authenticate(&text(&asked["id"]), Challenge::Failed).unwrap();
    let failed = world.get(&format!("/v1/setup_intents/{}", text(&asked["id"]))).await.json();
    assert_eq!(failed["last_setup_error"]["code"], "setup_intent_authentication_failure");
    assert_eq!(world.told().await.last().unwrap(), "setup_intent.setup_failed");
}
