//! Stripe under a key that may not be set yet, and that may change while the process lives.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use billing::money::Money;
use jiff::Timestamp;
use ports::{
    CardOrder, GiveBack, HeldIntent, HoldRequest, Intent, IntentRequest, PageState, PaymentError, ReadSecret,
    ReadStripeBooks, RefundRequest, SaveCards, Secret, ShownDispute, ShownRefund, StripeBooks, TakeHolds, TakePayments,
};

use crate::StripeClient;

/// Asks for its key before every call; whoever keeps the secret decides how long it is believed. While there is no key nothing is sent,
/// and every call may be tried again later.
pub struct KeyedStripe<S> {
    key: S,
    api_base: Option<String>,
    timeout: Duration,
    made: Mutex<Option<Made>>,
}

struct Made {
    key: Secret<String>,
    client: StripeClient,
}

impl<S> std::fmt::Debug for KeyedStripe<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyedStripe").field("api_base", &self.api_base).finish_non_exhaustive()
    }
}

impl<S: ReadSecret> KeyedStripe<S> {
    /// No client yet; for `api_base` and `timeout` see [`StripeClient::new`].
    pub fn new(key: S, api_base: Option<String>, timeout: Duration) -> Self {
        Self { key, api_base, timeout, made: Mutex::new(None) }
    }

    async fn client(&self) -> Result<StripeClient, PaymentError> {
        let key = self.key.secret(false).await.map_err(|error| PaymentError::Later(error.into()))?;
        // Pasted keys end in a line break.
        let key = key.map(|key| Secret::new(key.expose().trim().to_owned())).filter(|key| !key.expose().is_empty());
        let key = key.ok_or_else(|| PaymentError::Later("the Stripe key is not set".into()))?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = made.as_ref().filter(|made| made.key == key) {
            return Ok(made.client.clone());
        }
        let client = StripeClient::new(&key, self.api_base.as_deref(), self.timeout);
        let client = client.map_err(|error| PaymentError::Later(error.into()))?;
        *made = Some(Made { key, client: client.clone() });
        Ok(client)
    }
}

impl<S: ReadSecret + Sync> TakePayments for KeyedStripe<S> {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        let client = self.client().await?;
        // By far the largest of the calls.
        Box::pin(client.create_intent(key, request)).await
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        self.client().await?.confirm_intent(key, intent, payment_method).await
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        self.client().await?.read_intent(intent).await
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        self.client().await?.cancel_intent(key, intent).await
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        self.client().await?.find_intent(request, since).await
    }
}

impl<S: ReadSecret + Sync> TakeHolds for KeyedStripe<S> {
    async fn create_hold(&self, key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        let client = self.client().await?;
        Box::pin(client.create_hold(key, request)).await
    }

    async fn confirm_hold(&self, key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError> {
        let client = self.client().await?;
        Box::pin(client.confirm_hold(key, intent, payment_method)).await
    }

    async fn read_hold(&self, intent: &str) -> Result<HeldIntent, PaymentError> {
        self.client().await?.read_hold(intent).await
    }

    async fn capture_hold(&self, key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError> {
        let client = self.client().await?;
        Box::pin(client.capture_hold(key, intent, amount)).await
    }

    async fn release_hold(&self, key: &str, intent: &str) -> Result<HeldIntent, PaymentError> {
        self.client().await?.release_hold(key, intent).await
    }

    async fn find_hold(&self, request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        self.client().await?.find_hold(request, since).await
    }
}

impl<S: ReadSecret + Sync> GiveBack for KeyedStripe<S> {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        self.client().await?.create_refund(request).await
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        self.client().await?.find_refund(request).await
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        self.client().await?.read_refund(refund).await
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        self.client().await?.disputes_of(intent).await
    }
}

impl<S: ReadSecret + Sync> SaveCards for KeyedStripe<S> {
    async fn open_card_page(&self, key: &str, order: &CardOrder) -> Result<PageState, PaymentError> {
        self.client().await?.open_card_page(key, order).await
    }

    async fn read_card_page(&self, page: &str) -> Result<PageState, PaymentError> {
        self.client().await?.read_card_page(page).await
    }
}

impl<S: ReadSecret + Sync> ReadStripeBooks for KeyedStripe<S> {
    async fn stripe_books(&self, since: Timestamp) -> Result<StripeBooks, PaymentError> {
        self.client().await?.stripe_books(since).await
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use ports::PortError;

    use super::*;

    struct Keeper(Result<Option<&'static str>, &'static str>);

    impl ReadSecret for Keeper {
        async fn secret(&self, _fresh: bool) -> Result<Option<Secret<String>>, PortError> {
            match self.0 {
                Ok(key) => Ok(key.map(|key| Secret::new(key.to_owned()))),
                Err(why) => Err(PortError::new("read a secret", why)),
            }
        }
    }

    #[test]
    fn without_a_usable_key_nothing_is_sent_and_everything_may_be_tried_again() {
        for kept in [Ok(None), Ok(Some("")), Ok(Some(" \n")), Ok(Some("sk_\ntest_")), Err("no answer")] {
            let stripe = KeyedStripe::new(Keeper(kept), None, Duration::from_secs(1));
            let mut reading = pin!(stripe.read_intent("pi_1"));
            // Ready at once: nobody was asked.
            let outcome = reading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(outcome, Poll::Ready(Err(PaymentError::Later(_)))), "{kept:?}: {outcome:?}");
        }
    }
}
