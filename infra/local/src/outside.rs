//! People, stations and Stripe, as the functions reach them here: texts are shown instead of sent, acks go through the embedded broker,
//! payments through the Stripe double over HTTP.

use std::sync::Arc;

use alerts::{Publication, Target};
use billing::money::Money;
use jiff::Timestamp;
use messages::{Ack, Command, StationId};
use ports::{
    AnswerStations, CardOrder, Check, Clock, CommandStations, GiveBack, HeldIntent, HoldRequest, Intent, IntentRequest,
    PageState, PaymentError, PortError, PublishAlerts, PublishError, ReadSecret, ReadStripeBooks, RefundRequest,
    SaveCards, Secret, ShownDispute, ShownRefund, StripeBooks, TakeHolds, TakePayments, VerifyReadings,
};
use signatures::Meters;
use stripe::StripeClient;

use crate::broker::Publisher;
use crate::clock::LocalClock;
use crate::facts::{Fact, Facts};

/// Everything outside the tables.
#[derive(Debug, Clone)]
pub struct Outside {
    /// To stations.
    pub publisher: Arc<Publisher>,
    /// To people: what they are told is announced as a fact.
    pub facts: Arc<Facts>,
    /// To Stripe.
    pub stripe: StripeClient,
    /// The secret that signs Stripe's webhooks.
    pub webhook_secret: Secret<String>,
    /// When it happens.
    pub clock: LocalClock,
}

impl Outside {
    fn publish_json(
        &self,
        topic: &str,
        message: &impl serde::Serialize,
        action: &'static str,
    ) -> Result<(), PortError> {
        let payload = serde_json::to_vec(message).map_err(|error| PortError::new(action, error))?;
        self.publisher.publish(topic, payload).map_err(|error| PortError::new(action, error))
    }
}

impl AnswerStations for Outside {
    async fn ack(&self, station: &StationId, ack: &Ack) -> Result<(), PortError> {
        self.publish_json(&format!("ev/v1/{station}/ack"), ack, "acknowledge a message")
    }
}

impl CommandStations for Outside {
    async fn command(&self, station: &StationId, command: &Command) -> Result<(), PortError> {
        self.publish_json(&format!("ev/v1/{station}/command"), command, "send a command")
    }
}

impl PublishAlerts for Outside {
    async fn publish(&self, publication: &Publication) -> Result<(), PublishError> {
        let (to, channel, text) = match &publication.target {
            Target::Operators => ("operators".to_owned(), "e-mail", &publication.texts.email),
            Target::Phone(number) => (number.clone(), "sms", &publication.texts.sms),
            Target::Endpoint(arn) => (arn.clone(), "push", &publication.texts.push_body),
        };
        let (at, subject, text) = (self.clock.now(), publication.subject.clone(), text.clone());
        self.facts.announce(Fact::Alert { at, to, channel, subject, text });
        Ok(())
    }
}

impl ReadSecret for Outside {
    async fn secret(&self, _fresh: bool) -> Result<Option<Secret<String>>, PortError> {
        Ok(Some(self.webhook_secret.clone()))
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
