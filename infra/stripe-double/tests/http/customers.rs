//! Customers and their cards.

use stripe_double::SeedError;

use crate::world::{World, text};

#[tokio::test]
async fn a_customer_keeps_the_cards_attached() {
    let world = World::new().await;
    let customer = world.post("/v1/customers", "email=a@example.com&name=A&metadata[driver]=d1").await.json();
    let id = text(&customer["id"]);
    assert_eq!(world.get(&format!("/v1/customers/{id}")).await.json(), customer);
    let attached = world.post("/v1/payment_methods/pm_card_visa/attach", &format!("customer={id}")).await.json();
    assert_eq!(attached["customer"], customer["id"]);
    let method = text(&attached["id"]);
    assert_ne!(method, "pm_card_visa");
    assert_eq!(world.get(&format!("/v1/payment_methods/{method}")).await.json(), attached);
    let paid = world.intent(&format!("&customer={id}&payment_method={method}&confirm=true&off_session=true")).await;
    assert_eq!((paid["status"].as_str(), paid["customer"].as_str()), (Some("succeeded"), Some(id.as_str())));

    let other = text(&world.post("/v1/customers", "").await.json()["id"]);
    for customer in [String::new(), format!("&customer={other}")] {
        let params = format!("amount=2000&currency=eur&payment_method={method}{customer}");
        assert_eq!(world.post("/v1/payment_intents", &params).await.status, 400, "{customer}");
    }
    let taken = world.post(&format!("/v1/payment_methods/{method}/attach"), &format!("customer={other}")).await;
    assert_eq!(taken.status, 400);
    let declined = world.post("/v1/payment_methods/pm_card_chargeDeclined/attach", &format!("customer={id}")).await;
    assert_eq!((declined.status, declined.error()["decline_code"].as_str()), (402, Some("generic_decline")));
}

#[tokio::test]
async fn added_customers_have_the_ids_given_and_are_added_once() {
    let world = World::new().await;
    let add = |card: &str| world.handle().add_customer("cus_anna", card, "anna@example.com");
    let visa = add("pm_card_visa").unwrap();
    assert_eq!(add("pm_card_visa").unwrap(), visa);
    let customer = world.get("/v1/customers/cus_anna").await.json();
    assert_eq!(customer["invoice_settings"]["default_payment_method"], visa);
    let paid = world.intent("&customer=cus_anna&payment_method=pm_card_visa&confirm=true&off_session=true").await;
    assert_eq!(paid["payment_method"], visa);

    let lost = add("pm_card_visa_chargeDeclinedLostCard").unwrap();
    assert_ne!(lost, visa);
    let id = world.intent_id(&format!("&customer=cus_anna&payment_method={lost}")).await;
    assert_eq!(world.post(&format!("/v1/payment_intents/{id}/confirm"), "off_session=true").await.status, 402);
    assert_eq!(add("pm_card_unheard_of"), Err(SeedError::Card("pm_card_unheard_of".to_owned())));
    for bad in ["", "a/b", &visa] {
        assert_eq!(world.handle().add_customer(bad, "pm_card_visa", ""), Err(SeedError::Id(bad.to_owned())));
    }
    assert_eq!(world.told().await.iter().filter(|kind| kind.starts_with("customer")).count(), 0);
}

#[tokio::test]
async fn a_customer_can_come_with_a_card() {
    let world = World::new().await;
    let params = "payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa";
    let customer = world.post("/v1/customers", params).await.json();
    let method = text(&customer["invoice_settings"]["default_payment_method"]);
    let attached = world.get(&format!("/v1/payment_methods/{method}")).await.json();
    assert_eq!(attached["customer"], customer["id"]);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_takes_own_cards_only() {
    let world = World::new().await;
    let customer = world.post("/v1/customers", "name=A&email=a@example.com&metadata[a]=1&metadata[b]=2").await.json();
    let path = format!("/v1/customers/{}", text(&customer["id"]));
    let attach = format!("customer={}", text(&customer["id"]));
    let own = text(&world.post("/v1/payment_methods/pm_card_visa/attach", &attach).await.json()["id"]);
    let other = world.handle().add_customer("cus_other", "pm_card_visa", "").unwrap();
    let default = |method: &str| format!("invoice_settings[default_payment_method]={method}");
    for (method, status) in [(other.as_str(), 400), ("pm_none", 400), (own.as_str(), 200)] {
        assert_eq!(world.post(&path, &default(method)).await.status, status, "{method}");
    }
    let updated = world.post(&path, "name=&metadata[a]=&metadata[c]=3").await.json();
    assert_eq!((updated["name"].as_str(), updated["email"].as_str()), (None, Some("a@example.com")));
    assert_eq!(updated["metadata"], serde_json::json!({"b": "2", "c": "3"}));
    assert_eq!(updated["invoice_settings"]["default_payment_method"], own.as_str());
    assert_eq!(world.get(&path).await.json(), updated);
    assert_eq!(world.told().await.last().unwrap(), "customer.updated");
    assert_eq!(world.post("/v1/customers/cus_none", "").await.status, 404);
    let listed = world.get(&format!("{path}/payment_methods")).await.json();
    assert_eq!((listed["data"].as_array().unwrap().len(), listed["data"][0]["id"].as_str()), (1, Some(own.as_str())));
    assert_eq!(world.get("/v1/customers/cus_none/payment_methods").await.status, 404);
}
