//! A Stripe that follows its documentation: an idempotency key replays whatever was answered, failures of its own included, until it is
//! forgotten after 24 hours (`docs.stripe.com/api/idempotent_requests`); an intent succeeds at most once; a bank says what it likes.

mod answer;
mod bank;
mod cards;
mod disputes;
mod event;
mod holds;
mod keys;
mod mishap;
mod refunds;
mod shop;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ports::{Clock, Intent, IntentRequest, Payable, PaymentError, TakePayments};

pub use bank::{Asked, Bank, BankSays};
pub use disputes::Disputed;
pub use event::{About, StripeEvent};
pub use mishap::Mishap;
pub use refunds::GivenBack;
pub use shop::Charged;

use answer::Answer;
use shop::Shop;

/// A Stripe. Clones are the same one.
#[derive(Clone)]
pub struct Stripe {
    clock: Arc<dyn Clock>,
    shop: Arc<Mutex<Shop>>,
}

impl Stripe {
    /// A Stripe that nobody has asked for anything, whose bank pays everything.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, shop: Arc::default() }
    }

    /// From now on this bank answers.
    pub fn set_bank(&self, bank: Bank) {
        self.shop().bank = bank;
    }

    /// What goes wrong with the next call.
    pub fn next_goes_wrong(&self, mishap: Mishap) {
        self.shop().mishap = mishap;
    }

    /// What happened since this was asked last, in order.
    #[must_use]
    pub fn drain_events(&self) -> Vec<StripeEvent> {
        std::mem::take(&mut self.shop().events)
    }

    /// The driver authenticates a payment that waits for them, in the browser: it succeeds.
    pub fn driver_acts(&self, intent: &str) {
        let now = self.clock.now();
        self.shop().driver_acts(intent, now);
    }

    /// The bank has finished the work on a payment.
    pub fn bank_finishes(&self, intent: &str, pays: bool) {
        let now = self.clock.now();
        self.shop().bank_finishes(intent, pays, now);
    }

    /// Every payment that succeeded, in order.
    #[must_use]
    pub fn charged(&self) -> Vec<Charged> {
        self.shop().charged.clone()
    }

    /// What is held by an intent is released if nobody has captured it: its time is over.
    pub fn hold_ends(&self, intent: &str) {
        let now = self.clock.now();
        self.shop().hold_ends(intent, now);
    }

    /// Until when what an intent holds can be captured.
    #[must_use]
    pub fn capture_before(&self, intent: &str) -> Option<Timestamp> {
        self.shop().capture_before(intent)
    }

    /// The ids of the intents that name a session or a hold, the oldest first.
    #[must_use]
    pub fn intents_of(&self, of: &Payable) -> Vec<String> {
        self.shop().intents_of(of)
    }

    fn shop(&self) -> MutexGuard<'_, Shop> {
        self.shop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").finish_non_exhaustive()
    }
}

impl TakePayments for Stripe {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        let now = self.now();
        self.shop().create(key, request, now).reply()
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        let now = self.now();
        self.shop().confirm(key, intent, payment_method, now).reply()
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        self.shop().read(intent).reply()
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        let now = self.now();
        self.shop().cancel(key, intent, now).reply()
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        match self.shop().find(&request.session.clone().into(), &request.customer, since) {
            Ok(found) => Ok(found),
            Err(answer) => answer.reply().map(Some),
        }
    }
}

impl Answer {
    fn reply(self) -> Result<Intent, PaymentError> {
        match self {
            Self::Shown(intent) => Ok(intent),
            Self::Declined(decline) => Err(PaymentError::Declined(decline)),
            Self::WantsDriver => Err(PaymentError::NeedsDriver),
            Self::Failed => Err(PaymentError::Unknown("status 500".into())),
            Self::NoReply => Err(PaymentError::Unknown("no reply in time".into())),
            Self::TryLater => Err(PaymentError::Later("status 429".into())),
            Self::Denied(why) | Self::Refused(why) => Err(PaymentError::Refused(why.into())),
            Self::Page(_) => Err(PaymentError::Refused("the key was used for a page".into())),
            Self::GivenBack(_) => Err(PaymentError::Refused("the key was used for a refund".into())),
        }
    }
}
