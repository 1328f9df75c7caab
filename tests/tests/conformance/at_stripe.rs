//! What is asked of Stripe: through Stripe's client from the double, and from the model.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use billing::payment::Decline;
use jiff::{SignedDuration, Timestamp};
use models::{Asked, BankSays};
use ports::{Clock, Secret};
use stripe::StripeClient;
use stripe_double::{Challenge, Config, Fault, Handle, PlannedFault, StripeDouble, Verdict};
use tests::conformance::bank::{Bank, Card, Mishap};

/// A clock that stands until somebody moves it.
#[derive(Clone)]
struct Hands(Arc<Mutex<Timestamp>>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(Mutex::new("2026-06-01T12:00:00Z".parse().unwrap())))
    }

    fn pass(&self, time: SignedDuration) {
        *self.0.lock().unwrap() += time;
    }

    /// To a second after `end`.
    fn pass_to(&self, end: Timestamp) {
        self.pass(end.duration_since(self.now()) + SignedDuration::from_secs(1));
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The double, and its clock.
struct Counter {
    handle: Handle,
    clock: Hands,
}

impl Bank for Counter {
    fn card(&self, customer: &str, card: Card) -> String {
        let card = match card {
            Card::Pays => "pm_card_visa",
            Card::Declines => "pm_card_visa_chargeDeclinedInsufficientFunds",
            Card::WantsDriver => "pm_card_authenticationRequired",
        };
        self.handle.add_customer(customer, card, "driver@example.com").unwrap()
    }

    fn next_goes_wrong(&self, mishap: Mishap) {
        let fault = match mishap {
            Mishap::ReplyLost => Fault::DropAfter,
            Mishap::FailedBefore => Fault::ErrorBefore,
            Mishap::FailedAfter => Fault::ErrorAfter,
            Mishap::NotTaken => Fault::RateLimited,
        };
        self.handle.faults().plan(PlannedFault::new("*", fault));
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.pass(time);
    }

    fn driver_acts(&self, intent: &str) {
        self.handle.authenticate(intent, Challenge::Passed).unwrap();
    }

    fn hold_ends(&self, _intent: &str, end: Timestamp) {
        self.clock.pass_to(end);
    }

    fn dispute(&self, intent: &str) -> String {
        self.handle.open_dispute(intent, "fraudulent").unwrap()
    }

    fn dispute_ends(&self, dispute: &str, is_won: bool) {
        self.handle.close_dispute(dispute, if is_won { Verdict::Won } else { Verdict::Lost }).unwrap();
    }

    fn fill_in(&self, page: &str) -> Option<String> {
        self.handle.complete_checkout(page, "pm_card_visa").ok()
    }
}

/// The model, whose bank knows cards by their names, and its clock.
struct Modelled {
    stripe: models::Stripe,
    clock: Hands,
}

impl Modelled {
    fn new() -> Self {
        let clock = Hands::new();
        let stripe = models::Stripe::new(Arc::new(clock.clone()));
        stripe.set_bank(Box::new(|asked: Asked<'_>| match asked.payment_method.rsplit_once('_') {
            Some((_, "pays")) => BankSays::Pays,
            Some((_, "strict")) => BankSays::WantsDriver,
            Some(_) | None => BankSays::Declines(insufficient_funds()),
        }));
        Self { stripe, clock }
    }
}

fn insufficient_funds() -> Decline {
    let reason = "insufficient_funds".to_owned();
    Decline { code: "card_declined".to_owned(), decline_code: Some(reason), advice_code: None }
}

impl Bank for Modelled {
    fn card(&self, customer: &str, card: Card) -> String {
        let card = match card {
            Card::Pays => "pays",
            Card::Declines => "declines",
            Card::WantsDriver => "strict",
        };
        format!("pm_{customer}_{card}")
    }

    fn next_goes_wrong(&self, mishap: Mishap) {
        self.stripe.next_goes_wrong(match mishap {
            Mishap::ReplyLost => models::Mishap::ReplyLost,
            Mishap::FailedBefore => models::Mishap::FailedBefore,
            Mishap::FailedAfter => models::Mishap::FailedAfter,
            Mishap::NotTaken => models::Mishap::NotTaken,
        });
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.pass(time);
    }

    fn driver_acts(&self, intent: &str) {
        self.stripe.driver_acts(intent);
    }

    fn hold_ends(&self, intent: &str, end: Timestamp) {
        self.clock.pass_to(end);
        self.stripe.hold_ends(intent);
    }

    fn dispute(&self, intent: &str) -> String {
        self.stripe.open_dispute(intent, "fraudulent").unwrap()
    }

    fn dispute_ends(&self, dispute: &str, is_won: bool) {
        self.stripe.close_dispute(dispute, is_won);
    }

    fn fill_in(&self, page: &str) -> Option<String> {
        let method = format!("pm_{page}_pays");
        self.stripe.fill_in(page, &method).then_some(method)
    }
}

macro_rules! on_the_double {
    ($($suite:ident { $($promise:ident)* })*) => {
        mod on_the_double {
            $(mod $suite {
                use super::super::*;

                $(
                    #[tokio::test]
                    async fn $promise() {
                        let clock = Hands::new();
                        let time = clock.clone();
                        let config = Config::new(Arc::new(move || time.now()));
                        let running = StripeDouble::start(config).await.unwrap();
                        let key = Secret::new("sk_test_1".to_owned());
                        let url = running.base_url();
                        let client = StripeClient::new(&key, Some(&url), Duration::from_mins(10)).unwrap();
                        let counter = Counter { handle: running.handle.clone(), clock };
                        tests::conformance::$suite::$promise(&client, &counter).await;
                    }
                )*
            })*
        }
    };
}

tests::each_promise_at_stripe!(on_the_double);

macro_rules! on_the_model {
    ($($suite:ident { $($promise:ident)* })*) => {
        mod on_the_model {
            $(mod $suite {
                use super::super::*;

                $(
                    #[tokio::test]
                    async fn $promise() {
                        let modelled = Modelled::new();
                        tests::conformance::$suite::$promise(&modelled.stripe, &modelled).await;
                    }
                )*
            })*
        }
    };
}

tests::each_promise_at_stripe!(on_the_model);
