//! Sessions: the head, an item per message, and the end in one transaction.
//!
//! Partition: the session. Sort keys: `head`, `m#` and ten digits of the sequence number, `cdr#1`, `debt`, `pay#1`,
//! `returns#1`.

use billing::session::{Head, StoredMessage};
use messages::SessionId;
use ports::{KeepSessions, PortError, Put, Saved, Settled, StoreMessages};

use crate::Dynamo;
use crate::debts::debt_item;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::health::health_item;
use crate::holds::hold_item;
use crate::item::{Attributes, Item, Read, read};
use crate::keys::moment;
use crate::marks::Wake;
use crate::write::{Committed, Expected, Transaction, Written, put_action};

/// The sort key of a head.
pub(crate) const HEAD: &str = "head";

/// What the sort keys of CDRs begin with.
pub(crate) const CDR: &str = "cdr#";

/// What the sort keys of messages begin with.
const MESSAGE: &str = "m#";

impl StoreMessages for Dynamo {
    async fn put_message(&self, session: &SessionId, message: &StoredMessage) -> Result<Put, PortError> {
        let action = "store a message";
        let sk = format!("{MESSAGE}{:010}", message.message.seq_no);
        let item = Item::keyed(session.to_string(), sk).body(action, message)?;
        match self.put(action, &self.tables.sessions, item, Expected::Absent).await? {
            Written::Done => Ok(Put::Stored),
            Written::Refused(found) => {
                let found = found.ok_or_else(|| PortError::new(action, "the stored message was not returned"))?;
                Ok(Put::Present(read(action, &found, Read::value)?))
            }
        }
    }

    async fn messages(&self, session: &SessionId) -> Result<Vec<StoredMessage>, PortError> {
        let action = "read the messages of a session";
        let key = (session.to_string(), MESSAGE);
        let items = self.list(action, &self.tables.sessions, key, Seeing::Everything).await?;
        items.iter().map(|item| read(action, item, Read::value)).collect()
    }
}

impl KeepSessions for Dynamo {
    async fn head(&self, session: &SessionId) -> Result<Option<Head>, PortError> {
        let action = "read the head of a session";
        let key = (session.to_string(), HEAD.to_owned());
        let found = self.get(action, &self.tables.sessions, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, head_of)).transpose()
    }

    async fn save_head(&self, head: &Head) -> Result<Saved, PortError> {
        let action = "save the head of a session";
        let item = head_item(action, head)?;
        match self.put(action, &self.tables.sessions, item, Expected::read(head.version)).await? {
            Written::Done => Ok(Saved::Done),
            Written::Refused(_) => Ok(Saved::Conflict),
        }
    }

    async fn settle(&self, settled: &Settled) -> Result<Saved, PortError> {
        let action = "write the end of a session";
        let table = &self.tables.sessions;
        let head = &settled.head;
        let mut writes = Transaction::default().require(put_action(
            action,
            table,
            head_item(action, head)?,
            Expected::read(head.version),
        )?);
        if let Some(cdr) = &settled.cdr {
            let item = Item::keyed(head.session.to_string(), format!("{CDR}1")).body(action, cdr)?;
            writes = writes.require(put_action(action, table, item, Expected::Absent)?);
        }
        if let Some(debt) = &settled.debt {
            let item = debt_item(action, debt, Wake::Reader)?;
            writes = writes.require(put_action(action, table, item, Expected::Absent)?);
        }
        if let Some(hold) = &settled.hold {
            let item = hold_item(action, hold, Wake::Reader)?;
            writes = writes.require(put_action(action, table, item, Expected::read(hold.version))?);
        }
        if let Some(row) = &settled.health {
            let item = health_item(action, row)?;
            writes = writes.require(put_action(action, &self.tables.connectors, item, Expected::read(row.version))?);
        }
        let writes = writes.prefer(self.alert_writes(action, &settled.alerts)?);
        match self.commit(action, writes).await? {
            Committed::Done => Ok(Saved::Done),
            Committed::Refused(_) => Ok(Saved::Conflict),
        }
    }
}

/// A head as it was read.
pub(crate) fn head_of(item: &Attributes) -> Result<Head, BadItem> {
    Ok(Head { version: item.version()?, due_at: item.due_at()?, ..item.value()? })
}

/// A head as it is stored.
pub(crate) fn head_item(action: &'static str, head: &Head) -> Result<Item, PortError> {
    let session = head.session.to_string();
    Ok(Item::keyed(&session, HEAD)
        .body(action, head)?
        .next_version(head.version)
        .due(&session, head.due_at)
        .text("site", head.site.to_string())
        .optional_text("ended_at", head.ended_at.map(moment)))
}
