//! A double with one customer, and a client of it.

use std::sync::Arc;
use std::time::Duration;

use billing::money::Money;
use jiff::Timestamp;
use ports::{IntentRequest, PaymentError, Secret};
use stripe_double::{Config, Handle, Running, StripeDouble};

use crate::StripeClient;

pub(crate) const KEY: &str = "sk_test_the_key";
pub(crate) const EMAIL: &str = "driver@example.com";

pub(crate) struct Shop {
    running: Running,
    pub(crate) stripe: StripeClient,
    pub(crate) request: IntentRequest,
}

pub(crate) fn opened_at() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// A client that waits for as long as a slow machine takes.
pub(crate) fn client(base: &str, key: &str) -> StripeClient {
    with_timeout(base, key, Duration::from_mins(1))
}

fn with_timeout(base: &str, key: &str, timeout: Duration) -> StripeClient {
    StripeClient::new(&Secret::new(key.to_owned()), Some(base), timeout).unwrap()
}

impl Shop {
    /// Where the customer pays with this test card.
    pub(crate) async fn with_card(card: &str) -> Self {
        let config = Config { api_keys: vec![KEY.to_owned()], ..Config::new(Arc::new(opened_at)) };
        let running = StripeDouble::start(config).await.unwrap();
        let payment_method = running.handle.add_customer("cus_1", card, EMAIL).unwrap();
        let request = IntentRequest {
            session: "s-1:t-1".parse().unwrap(),
            amount: Money { minor: 1_234, currency: "EUR".parse().unwrap() },
            customer: "cus_1".to_owned(),
            payment_method,
            receipt_email: Some(EMAIL.to_owned()),
            description: "Charging at North car park".to_owned(),
        };
        let stripe = client(&running.base_url(), KEY);
        Self { running, stripe, request }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.running.handle
    }

    pub(crate) fn base(&self) -> String {
        self.running.base_url()
    }

    /// A client for a reply that never comes; what the request does must be done by then.
    pub(crate) fn hasty(&self) -> StripeClient {
        with_timeout(&self.base(), KEY, Duration::from_secs(2))
    }
}

impl Drop for Shop {
    /// Whatever a test asks of Stripe, the published API takes the request as it is.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.handle().violations(), []);
        }
    }
}

/// What a failure means, in a word.
pub(crate) fn word(error: &PaymentError) -> String {
    match error {
        PaymentError::Declined(decline) => format!("declined: {}", decline.reason()),
        PaymentError::NeedsDriver => "needs driver".to_owned(),
        PaymentError::Later(_) => "later".to_owned(),
        PaymentError::Unknown(_) => "unknown".to_owned(),
        PaymentError::Refused(_) => "refused".to_owned(),
    }
}
