//! The handlers over the embedded database, with an outside that remembers what it was told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alerts::Publication;
use aws::Dynamo;
use billing::cdr::Cdr;
use billing::money::Money;
use jiff::{SignedDuration, Timestamp};
use messages::{Ack, Command, Envelope, StationId};
use ports::{
    AnswerStations, CardOrder, Check, CommandStations, GiveBack, HeldIntent, HoldRequest, Intent, IntentRequest,
    PageState, PaymentError, PortError, Ports, PublishAlerts, PublishError, ReadStripeBooks, Record, RefundRequest,
    SaveCards, Secret, ShownDispute, ShownRefund, StripeBooks, TakeHolds, TakePayments, VerifyReadings,
};
use serde_json::Value;
use signatures::Meters;
use stripe::StripeClient;
use wattwarden::database::Database;
use wattwarden::seed::Seed;
use wattwarden::template::{TEMPLATE, Topology};

/// When messages are received where a test does not say otherwise.
pub(crate) const NOW: &str = "2026-06-02T08:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What the outside was told, and Stripe behind it.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(crate) acks: Arc<Mutex<Vec<(StationId, Ack)>>>,
    pub(crate) commands: Arc<Mutex<Vec<(StationId, Command)>>>,
    pub(crate) published: Arc<Mutex<Vec<Publication>>>,
    stripe: StripeClient,
}

/// One system.
pub(crate) struct World {
    pub(crate) ports: Ports<Dynamo, Outside>,
    pub(crate) stripe: stripe_double::Running,
    _database: Database,
}

impl Drop for World {
    /// Whatever a test has the handlers do, they ask nothing of Stripe that its published API does not take.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.stripe.handle.violations(), []);
        }
    }
}

impl World {
    /// The default site with its stations, driver and tariff by time of use.
    pub(crate) async fn new() -> Self {
        let topology = Topology::read(TEMPLATE).unwrap();
        let database = Database::start(None, &topology.tables).await.unwrap();
        let seed = Seed::default_system().unwrap();
        seed.load(database.tables()).await.unwrap();
        let clock = Arc::new(|| at(NOW));
        let config =
            stripe_double::Config { api_keys: vec!["sk_test_1".to_owned()], ..stripe_double::Config::new(clock) };
        let stripe = stripe_double::StripeDouble::start(config).await.unwrap();
        seed.introduce_drivers(&stripe.handle).unwrap();
        let key = Secret::new("sk_test_1".to_owned());
        let client = StripeClient::new(&key, Some(&stripe.base_url()), Duration::from_mins(10)).unwrap();
        let outside =
            Outside { acks: Arc::default(), commands: Arc::default(), published: Arc::default(), stripe: client };
        let ports = Ports { tables: database.tables().clone(), outside };
        Self { ports, stripe, _database: database }
    }

    /// Has messages of a station recorded, in one batch, each received a second after the one before.
    pub(crate) async fn record(&self, station: &str, messages: &[Value]) {
        let now = at(NOW);
        let records = (0..)
            .zip(messages)
            .map(|(second, message)| {
                let received_at = now.saturating_add(SignedDuration::from_secs(second)).unwrap();
                record(&format!("r-{second}"), station, "transaction", message.to_string().into_bytes(), received_at)
            })
            .collect();
        // It is large, and every test holds one.
        assert_eq!(Box::pin(record_transaction::handle(&self.ports, now, records)).await, []);
    }

    /// The answers so far, as `messageId result reason`.
    pub(crate) fn acks(&self) -> Vec<String> {
        let acks = self.ports.outside.acks.lock().unwrap();
        let reason = |ack: &Ack| ack.reason.map_or(String::new(), |reason| format!(" {}", reason.as_str()));
        acks.iter().map(|(_, ack)| format!("{} {:?}{}", ack.message_id, ack.result, reason(ack))).collect()
    }

    pub(crate) async fn only_cdr(&self) -> Cdr {
        let mut cdrs = self.ports.tables.all_cdrs().await.unwrap();
        assert_eq!(cdrs.len(), 1);
        cdrs.remove(0)
    }
}

/// One message in the envelope of its rule.
pub(crate) fn record(id: &str, station: &str, kind: &str, data: Vec<u8>, received_at: Timestamp) -> Record<Envelope> {
    let topic = format!("ev/v1/{station}/{kind}");
    Record { id: id.to_owned(), body: Envelope { data, topic, client: station.to_owned(), received_at } }
}

impl AnswerStations for Outside {
    async fn ack(&self, station: &StationId, ack: &Ack) -> Result<(), PortError> {
        self.acks.lock().unwrap().push((station.clone(), ack.clone()));
        Ok(())
    }
}

impl CommandStations for Outside {
    async fn command(&self, station: &StationId, command: &Command) -> Result<(), PortError> {
        self.commands.lock().unwrap().push((station.clone(), command.clone()));
        Ok(())
    }
}

impl PublishAlerts for Outside {
    async fn publish(&self, publication: &Publication) -> Result<(), PublishError> {
        self.published.lock().unwrap().push(publication.clone());
        Ok(())
    }
}

impl VerifyReadings for Outside {
    fn verify_reading(&self, signed: &str, meter_key: Option<&str>) -> Check {
        Meters.verify_reading(signed, meter_key)
    }
}

impl TakePayments for Outside {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        self.stripe.create_intent(key, request).await
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        self.stripe.confirm_intent(key, intent, payment_method).await
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        self.stripe.read_intent(intent).await
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        self.stripe.cancel_intent(key, intent).await
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        self.stripe.find_intent(request, since).await
    }
}

impl TakeHolds for Outside {
    async fn create_hold(&self, key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        self.stripe.create_hold(key, request).await
    }

    async fn confirm_hold(&self, key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError> {
        self.stripe.confirm_hold(key, intent, payment_method).await
    }

    async fn read_hold(&self, intent: &str) -> Result<HeldIntent, PaymentError> {
        self.stripe.read_hold(intent).await
    }

    async fn capture_hold(&self, key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError> {
        self.stripe.capture_hold(key, intent, amount).await
    }

    async fn release_hold(&self, key: &str, intent: &str) -> Result<HeldIntent, PaymentError> {
        self.stripe.release_hold(key, intent).await
    }

    async fn find_hold(&self, request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        self.stripe.find_hold(request, since).await
    }
}

impl GiveBack for Outside {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        self.stripe.create_refund(request).await
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        self.stripe.find_refund(request).await
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        self.stripe.read_refund(refund).await
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        self.stripe.disputes_of(intent).await
    }
}

impl SaveCards for Outside {
    async fn open_card_page(&self, key: &str, order: &CardOrder) -> Result<PageState, PaymentError> {
        self.stripe.open_card_page(key, order).await
    }

    async fn read_card_page(&self, page: &str) -> Result<PageState, PaymentError> {
        self.stripe.read_card_page(page).await
    }
}

impl ReadStripeBooks for Outside {
    async fn stripe_books(&self, since: Timestamp) -> Result<StripeBooks, PaymentError> {
        self.stripe.stripe_books(since).await
    }
}
