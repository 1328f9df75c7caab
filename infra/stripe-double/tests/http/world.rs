//! A double with a clock that stands still, and short ways to ask it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use stripe_double::{Clock, Config, Handle, IntentSnapshot, Running, StripeDouble};

use crate::client::{self, Received, Reply};
use crate::receiver::PATIENCE;

pub(crate) const AUTHORIZATION: &str = "Authorization: Bearer sk_test_1\r\n";

/// A clock that moves when told.
pub(crate) struct StillClock(Mutex<Timestamp>);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) clock: Arc<StillClock>,
}

/// 2026-01-05T12:00:00Z.
pub(crate) fn start_time() -> Timestamp {
    "2026-01-05T12:00:00Z".parse().unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(StillClock(Mutex::new(start_time())));
        let mut config = Config { answer_within: PATIENCE, ..Config::new(clock.clone()) };
        configure(&mut config);
        Self { running: StripeDouble::start(config).await.unwrap(), clock }
    }

    pub(crate) async fn remembering(directory: &Path) -> Self {
        Self::with(|config| config.data_dir = Some(directory.to_owned())).await
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.running.handle
    }

    pub(crate) fn pass(&self, duration: SignedDuration) {
        *self.clock.0.lock().unwrap() += duration;
    }

    pub(crate) async fn send(&self, method: &str, target: &str, key: Option<&str>, params: &str) -> Received {
        let mut headers = AUTHORIZATION.to_owned();
        if let Some(key) = key {
            write!(headers, "Idempotency-Key: {key}\r\n").unwrap();
        }
        client::send(self.running.addr, method, target, &headers, params).await
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.send("GET", target, None, "").await.whole()
    }

    pub(crate) async fn post(&self, path: &str, params: &str) -> Reply {
        self.send("POST", path, None, params).await.whole()
    }

    pub(crate) async fn post_keyed(&self, path: &str, key: &str, params: &str) -> Reply {
        self.send("POST", path, Some(key), params).await.whole()
    }

    /// A payment intent of 2,000 minor units in euros, as the reply's JSON.
    pub(crate) async fn intent(&self, more: &str) -> Value {
        let reply = self.post("/v1/payment_intents", &format!("{INTENT}{more}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    /// As [`World::intent`], its id.
    pub(crate) async fn intent_id(&self, more: &str) -> String {
        text(&self.intent(more).await["id"])
    }

    pub(crate) fn snapshot(&self, id: &str) -> IntentSnapshot {
        self.handle().intents().into_iter().find(|intent| intent.id == id).unwrap()
    }

    /// Types of the events so far, oldest first.
    pub(crate) async fn told(&self) -> Vec<String> {
        let events = self.get("/v1/events?limit=100").await.json();
        events["data"].as_array().unwrap().iter().rev().map(|event| text(&event["type"])).collect()
    }
}

/// 20.00 EUR, cards only.
pub(crate) const INTENT: &str = "amount=2000&currency=eur&allowed_payment_method_types[]=card";

/// A JSON text.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
