//! What drivers are asked for: the card that they pay with.
//!
//! Partition: `card#` and the id of the driver, among sessions, whose stream and index of what is due these items need. Sort key: `card`.

use billing::payment::CardRequest;
use jiff::Timestamp;
use messages::DriverId;
use ports::{KeepCards, MarkCards, PortError, Saved, SavedCard};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, key, read};
use crate::keys::DUE_COLLECT;
use crate::marks::{Marked, Wake};
use crate::write::{Committed, Expected, Transaction, Written, put_action};

/// The sort key, and with `#` what the partition begins with.
pub(crate) const CARD: &str = "card";

/// How often a card is given to a driver whose row changed meanwhile.
const ATTEMPTS: usize = 5;

impl KeepCards for Dynamo {
    async fn card_request(&self, driver: &DriverId) -> Result<Option<CardRequest>, PortError> {
        let action = "read what a driver is asked for";
        let key = (of_driver(driver), CARD.to_owned());
        let found = self.get(action, &self.tables.sessions, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, card_of)).transpose()
    }

    async fn ask_card(&self, request: &CardRequest) -> Result<Saved, PortError> {
        self.put_card("ask a driver for a card", request, Wake::Reader).await
    }

    async fn save_card_request(&self, request: &CardRequest, card: Option<&SavedCard>) -> Result<Saved, PortError> {
        let action = "save what a driver is asked for";
        let Some(card) = card else { return self.put_card(action, request, Wake::Nobody).await };
        for _ in 0..ATTEMPTS {
            let item = card_item(action, request, Wake::Nobody)?;
            let request_write = put_action(action, &self.tables.sessions, item, Expected::read(request.version))?;
            let driver_writes = self.card_writes(action, &request.order.driver, card).await?;
            let writes =
                driver_writes.into_iter().fold(Transaction::default().require(request_write), Transaction::require);
            match self.commit(action, writes).await? {
                Committed::Done => return Ok(Saved::Done),
                Committed::Refused(refused) if refused.contains(&0) => return Ok(Saved::Conflict),
                Committed::Refused(_) => {}
            }
        }
        Err(PortError::new(action, "the driver's row changed all the time"))
    }
}

impl MarkCards for Dynamo {
    async fn mark_card_due(&self, driver: &DriverId, now: Timestamp) -> Result<bool, PortError> {
        let key = key(of_driver(driver), CARD);
        match self.mark("mark what a driver is asked for", &self.tables.sessions, key, DUE_COLLECT, now).await? {
            Marked::Set | Marked::NothingDue => Ok(true),
            Marked::Absent => Ok(false),
        }
    }
}

impl Dynamo {
    async fn put_card(&self, action: &'static str, request: &CardRequest, wake: Wake) -> Result<Saved, PortError> {
        let item = card_item(action, request, wake)?;
        match self.put(action, &self.tables.sessions, item, Expected::read(request.version)).await? {
            Written::Done => Ok(Saved::Done),
            Written::Refused(_) => Ok(Saved::Conflict),
        }
    }
}

fn of_driver(driver: &DriverId) -> String {
    format!("{CARD}#{driver}")
}

/// The driver of a partition; none: it is the partition of something else.
pub(crate) fn driver_of_key(pk: &str) -> Option<Result<DriverId, messages::BadId>> {
    Some(pk.strip_prefix(CARD)?.strip_prefix('#')?.parse())
}

fn card_of(item: &Attributes) -> Result<CardRequest, BadItem> {
    Ok(CardRequest { version: item.version()?, due_at: item.due_at()?, ..item.value()? })
}

fn card_item(action: &'static str, request: &CardRequest, wake: Wake) -> Result<Item, PortError> {
    let pk = of_driver(&request.order.driver);
    Ok(Item::keyed(&pk, CARD)
        .body(action, request)?
        .next_version(request.version)
        .due(&pk, request.due_at)
        .optional_text(DUE_COLLECT, wake.mark(request.due_at)))
}
