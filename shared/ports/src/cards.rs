//! Cards that drivers save: what they are asked, kept, and the page of Stripe's on which they answer.

use std::future::Future;

use billing::payment::CardRequest;
pub use billing::payment::{CardOrder, PageState, SavedCard};
use jiff::Timestamp;
use messages::{DriverId, SessionId};

use crate::{PaymentError, PortError, Saved};

/// What drivers are asked for, one request for each.
pub trait KeepCards {
    /// The latest request of a driver, as of now.
    fn card_request(&self, driver: &DriverId) -> impl Future<Output = Result<Option<CardRequest>, PortError>> + Send;
    /// Writes a request if its version is still the one that was read, and wakes whoever carries it out.
    fn ask_card(&self, request: &CardRequest) -> impl Future<Output = Result<Saved, PortError>> + Send;
    /// Writes a request if its version is still the one that was read; with it the card becomes the driver's, whose other fields
    /// stay. The mark that woke the writer is cleared; `due_at` stays as the request says. A card of a driver who is not known is an
    /// error, and nothing is written.
    fn save_card_request(
        &self,
        request: &CardRequest,
        card: Option<&SavedCard>,
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}

/// Waking whoever carries a request for a card out, without deciding anything.
pub trait MarkCards {
    /// Makes the request of a driver due now, as [`crate::MarkDebts::mark_debt_due`] does it for a debt.
    fn mark_card_due(&self, driver: &DriverId, now: Timestamp) -> impl Future<Output = Result<bool, PortError>> + Send;
}

/// What a driver has not paid.
pub trait ReadUnpaid {
    /// The sessions of a driver whose debts were given up and are not paid, as of now.
    fn unpaid_of(&self, driver: &DriverId) -> impl Future<Output = Result<Vec<SessionId>, PortError>> + Send;
}

/// Having drivers save a card on a page of Stripe's: Checkout in setup mode. No data of a card comes here.
pub trait SaveCards {
    /// Opens the page under `key`, and puts the driver into its metadata; with the same key and order it is the same page, shown as it
    /// was then.
    fn open_card_page(
        &self,
        key: &str,
        order: &CardOrder,
    ) -> impl Future<Output = Result<PageState, PaymentError>> + Send;
    /// Reads a page: the truth.
    fn read_card_page(&self, page: &str) -> impl Future<Output = Result<PageState, PaymentError>> + Send;
}
