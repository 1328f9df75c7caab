//! Money that is held, goes back, did not come, or has to agree with Stripe's books.

use clap::Args;

use super::{Source, Written};

/// Options of `hold`.
#[derive(Debug, Args)]
pub struct Hold {
    /// The station
    #[arg(value_name = "STATION")]
    pub station: String,
    /// The EVSE
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub evse: u16,
    /// Its connector
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub connector: u16,
    /// How much to hold, in the currency of the site, e.g. 20.00
    #[arg(long, value_name = "AMOUNT")]
    pub amount: String,
    /// The Stripe customer, `cus_…`
    #[arg(long, value_name = "ID")]
    pub customer: String,
    /// The payment method that they have given, `pm_…`; on this machine a test card such as `pm_card_visa`
    #[arg(long, value_name = "ID")]
    pub payment_method: String,
    /// Where Stripe sends its own receipt
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// Where texts about the session go, E.164
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
    /// The language of these texts
    #[arg(long, value_name = "LANGUAGE", value_enum, default_value_t = Written::En)]
    pub language: Written,
    /// For how many minutes a session may begin
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=1440))]
    pub minutes: u16,
    /// The id of the hold; without it one is drawn. Asking twice under one id is one hold
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `refund`.
///
/// What is printed says what was asked for; `show payments` says what became of it.
#[derive(Debug, Args)]
pub struct Refund {
    /// The session, `station:transaction`
    pub session: String,
    /// How much, as a decimal in the currency of the payment; without it, all that is left
    #[arg(long, value_name = "AMOUNT")]
    pub amount: Option<String>,
    /// Why, for the books
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Which payment of the session, where there are several
    #[arg(long, value_name = "N")]
    pub payment: Option<u32>,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `settle`.
#[derive(Debug, Args)]
pub struct Settle {
    /// The session, `station:transaction`
    pub session: String,
    /// How it was paid, for the books
    #[arg(long, value_name = "TEXT")]
    pub note: String,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `collect`.
#[derive(Debug, Args)]
pub struct Collect {
    /// The session, `station:transaction`
    pub session: String,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `save-card`.
#[derive(Debug, Args)]
pub struct SaveCard {
    /// The driver
    #[arg(value_name = "DRIVER")]
    pub driver: String,
    /// Where the driver goes afterwards, such as a page of yours that says thanks; without it, Stripe's own
    #[arg(long, value_name = "URL", default_value = crate::cards::RETURN_TO, hide_default_value = true)]
    pub return_to: String,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `reconcile`.
#[derive(Debug, Args)]
pub struct Reconcile {
    /// How many days are looked back at
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub days: u16,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}
