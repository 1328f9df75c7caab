//! A server that behaves as Stripe documents its API, for the endpoints Wattwarden uses.
//!
//! Its rules come from Stripe's public documentation, not from live runs: every rule names the page it follows.
//! Where the documentation leaves something open, the item says what the double chose.
//!
//! The double depends on nothing else in the workspace, as a real outside service would not, and takes its time from
//! the [`Clock`] it is given.
//!
//! | endpoint | methods |
//! |---|---|
//! | `/v1/customers` | create, retrieve, update, list of payment methods |
//! | `/v1/payment_methods` | retrieve, attach |
//! | `/v1/checkout/sessions` | create in `setup` mode, retrieve, expire |
//! | `/v1/setup_intents` | create, confirm, retrieve |
//! | `/v1/payment_intents` | create, confirm, capture, cancel, retrieve, list, search |
//! | `/v1/charges` | retrieve |
//! | `/v1/refunds` | create, retrieve, list |
//! | `/v1/disputes` | retrieve, list |
//! | `/v1/events` | retrieve, list |
//! | `/v1/balance_transactions` | list |
//!
//! It speaks API version `2026-09-30.endive` alone; a request that names another one is refused.
//! Every request is checked against a table of that version's parameters, written from the reference, before its endpoint
//! begins. What is not in the table, or not carried out by the double, is refused and never ignored: what passes here was
//! understood. [`Handle::violations`] lists the requests that did not pass.

mod authentication;
mod balance;
mod cards;
mod charges;
mod checkout_page;
mod checkout_sessions;
mod clock;
mod config;
mod confirmation;
mod connection;
mod counter;
mod currencies;
mod customers;
mod delivery;
mod disorder;
mod disputes;
mod double;
mod errors;
mod events;
mod expand;
mod expiry;
mod faults;
mod form;
mod handle;
mod holds;
mod idempotency;
mod journal;
mod ledger;
mod lists;
mod metadata;
mod method_types;
mod outbox;
mod payment_intents;
mod payment_methods;
mod refunds;
mod requests;
mod routes;
mod running;
mod schema;
mod search;
mod server;
mod setup_intents;
mod violations;
mod webhooks;
mod work;

/// The version of Stripe's API the double speaks (`docs.stripe.com/api/versioning`).
pub const API_VERSION: &str = "2026-09-30.endive";

pub use authentication::{AuthenticateError, Challenge};
pub use clock::Clock;
pub use config::Config;
pub use counter::{CheckoutError, DisputeError};
pub use disorder::Disorder;
pub use disputes::Verdict;
pub use faults::{Fault, Faults, PlannedFault, Storm};
pub use handle::{Handle, IntentSnapshot, SeedError};
pub use journal::JournalError;
pub use outbox::{DeliveryAttempt, DeliveryOutcome};
pub use requests::ReceivedRequest;
pub use running::{Ended, Running, StartError, StripeDouble};
pub use violations::Violation;
pub use webhooks::{Webhook, WebhookError};
