//! The bank behind a card.

use billing::money::Money;
use billing::payment::Decline;
use jiff::Timestamp;
use ports::Payable;

/// What a bank is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// For what.
    pub of: &'a Payable,
    /// With which card, `pm_…`.
    pub payment_method: &'a str,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// What a bank says to a confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BankSays {
    /// Yes.
    Pays,
    /// No.
    Declines(Decline),
    /// Not without the driver.
    WantsDriver,
    /// Later: see [`super::Stripe::bank_finishes`].
    Works,
}

/// A bank.
pub type Bank = Box<dyn FnMut(Asked<'_>) -> BankSays + Send>;
