//! The ports of cards over the same memory, and a Stripe with pages.

use billing::payment::CardRequest;
use messages::{DriverId, SessionId};
use ports::{CardOrder, KeepCards, PageState, PaymentError, PortError, ReadUnpaid, SaveCards, Saved, SavedCard};

use crate::memory::Memory;
use crate::tasks::give_way;

impl KeepCards for Memory {
    async fn card_request(&self, driver: &DriverId) -> Result<Option<CardRequest>, PortError> {
        give_way().await;
        let found = self.tables.card_request(driver).await;
        give_way().await;
        found
    }

    async fn ask_card(&self, request: &CardRequest) -> Result<Saved, PortError> {
        give_way().await;
        self.tables.ask_card(request).await
    }

    async fn save_card_request(&self, request: &CardRequest, card: Option<&SavedCard>) -> Result<Saved, PortError> {
        give_way().await;
        let saved = self.tables.save_card_request(request, card).await;
        give_way().await;
        saved
    }
}

impl ReadUnpaid for Memory {
    async fn unpaid_of(&self, driver: &DriverId) -> Result<Vec<SessionId>, PortError> {
        give_way().await;
        self.tables.unpaid_of(driver).await
    }
}

impl SaveCards for Memory {
    async fn open_card_page(&self, key: &str, order: &CardOrder) -> Result<PageState, PaymentError> {
        self.state().calls.push("open page");
        give_way().await;
        let opened = self.pages.open_card_page(key, order).await;
        give_way().await;
        opened
    }

    async fn read_card_page(&self, page: &str) -> Result<PageState, PaymentError> {
        self.state().calls.push("read page");
        give_way().await;
        let read = self.pages.read_card_page(page).await;
        give_way().await;
        read
    }
}
