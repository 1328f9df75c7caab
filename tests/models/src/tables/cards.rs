//! What drivers are asked for, and what they have not paid.

use billing::payment::CardRequest;
use jiff::Timestamp;
use messages::{DriverId, SessionId};
use ports::{KeepCards, MarkCards, PortError, ReadUnpaid, Saved, SavedCard};

use super::due::Item;
use super::marks::{Wake, marked};
use super::{State, Tables, Woken, is_current, next};

impl KeepCards for Tables {
    async fn card_request(&self, driver: &DriverId) -> Result<Option<CardRequest>, PortError> {
        Ok(self.state().cards.get(driver).cloned())
    }

    async fn ask_card(&self, request: &CardRequest) -> Result<Saved, PortError> {
        Ok(self.state().put_card(request, Wake::Reader))
    }

    async fn save_card_request(&self, request: &CardRequest, card: Option<&SavedCard>) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !state.is_current_card(request) {
            return Ok(Saved::Conflict);
        }
        if let Some(card) = card
            && !state.assets.give_card(&request.order.driver, card)
        {
            return Err(PortError::new("save a driver's card", "there is no such driver"));
        }
        Ok(state.put_card(request, Wake::Nobody))
    }
}

impl MarkCards for Tables {
    async fn mark_card_due(&self, driver: &DriverId, now: Timestamp) -> Result<bool, PortError> {
        let mut state = self.state();
        let Some(request) = state.cards.get_mut(driver) else { return Ok(false) };
        let Some(due_at) = request.due_at else { return Ok(true) };
        let marked = marked(due_at, now);
        request.due_at = Some(marked);
        request.version = next(request.version);
        state.card_is_due(driver, Some(due_at), Some(marked), Wake::Reader);
        Ok(true)
    }
}

impl ReadUnpaid for Tables {
    async fn unpaid_of(&self, driver: &DriverId) -> Result<Vec<SessionId>, PortError> {
        Ok(self.state().assets.unpaid_of(driver))
    }
}

impl State {
    fn is_current_card(&self, request: &CardRequest) -> bool {
        is_current(request.version, self.cards.get(&request.order.driver).map(|known| known.version))
    }

    fn put_card(&mut self, request: &CardRequest, wake: Wake) -> Saved {
        if !self.is_current_card(request) {
            return Saved::Conflict;
        }
        let driver = &request.order.driver;
        let stored = CardRequest { version: next(request.version), ..request.clone() };
        let before = self.cards.insert(driver.clone(), stored);
        self.card_is_due(driver, before.and_then(|before| before.due_at), request.due_at, wake);
        Saved::Done
    }

    fn card_is_due(&mut self, driver: &DriverId, before: Option<Timestamp>, due_at: Option<Timestamp>, wake: Wake) {
        self.due.change(Item::Card(driver.clone()), before, due_at);
        self.wake(wake, due_at, || Woken::Card(driver.clone()));
    }
}
