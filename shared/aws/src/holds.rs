//! Holds, beside the sessions that they pay for.
//!
//! Partition: `hold#` and the id of the hold. Sort key: `hold`.

use billing::payment::Hold;
use jiff::Timestamp;
use messages::HoldId;
use ports::{KeepHolds, MarkHolds, OpenHolds, PortError, Saved, WithHold};

use crate::Dynamo;
use crate::debts::debt_item;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, key, read};
use crate::keys::DUE_COLLECT;
use crate::marks::{Marked, Wake};
use crate::returns::payment_writes;
use crate::write::{Committed, Expected, Transaction, Written, put_action};

/// The sort key of a hold, and with `#` what its partition begins with.
pub(crate) const HOLD: &str = "hold";

impl OpenHolds for Dynamo {
    async fn open_hold(&self, hold: &Hold) -> Result<Saved, PortError> {
        let action = "open a hold";
        let item = hold_item(action, hold, Wake::Reader)?;
        match self.put(action, &self.tables.sessions, item, Expected::Absent).await? {
            Written::Done => Ok(Saved::Done),
            Written::Refused(_) => Ok(Saved::Conflict),
        }
    }
}

impl KeepHolds for Dynamo {
    async fn hold(&self, id: &HoldId) -> Result<Option<Hold>, PortError> {
        let action = "read a hold";
        let key = (of_hold(id), HOLD.to_owned());
        let found = self.get(action, &self.tables.sessions, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, hold_of)).transpose()
    }

    async fn save_hold(&self, hold: &Hold, with: &WithHold) -> Result<Saved, PortError> {
        let action = "save a hold";
        let table = &self.tables.sessions;
        let item = hold_item(action, hold, Wake::Nobody)?;
        if *with == WithHold::default() {
            let expected = Expected::read(hold.version);
            return match self.put(action, table, item, expected).await? {
                Written::Done => Ok(Saved::Done),
                Written::Refused(_) => Ok(Saved::Conflict),
            };
        }
        let mut writes = Transaction::default().require(put_action(action, table, item, Expected::read(hold.version))?);
        if let Some(payment) = &with.payment {
            writes = payment_writes(action, table, payment)?.into_iter().fold(writes, Transaction::require);
        }
        if let Some(debt) = &with.debt {
            let item = debt_item(action, debt, Wake::Reader)?;
            writes = writes.require(put_action(action, table, item, Expected::Absent)?);
        }
        let writes = writes.prefer(self.alert_writes(action, &with.alerts)?);
        match self.commit(action, writes).await? {
            Committed::Done => Ok(Saved::Done),
            Committed::Refused(_) => Ok(Saved::Conflict),
        }
    }
}

impl MarkHolds for Dynamo {
    async fn mark_hold_due(&self, id: &HoldId, now: Timestamp) -> Result<bool, PortError> {
        let key = key(of_hold(id), HOLD);
        match self.mark("mark a hold as due", &self.tables.sessions, key, DUE_COLLECT, now).await? {
            Marked::Set | Marked::NothingDue => Ok(true),
            Marked::Absent => Ok(false),
        }
    }
}

/// The partition of a hold.
fn of_hold(id: &HoldId) -> String {
    format!("{HOLD}#{id}")
}

/// The hold of a partition; none: it is the partition of something else.
pub(crate) fn hold_of_key(pk: &str) -> Option<Result<HoldId, messages::BadId>> {
    Some(pk.strip_prefix(HOLD)?.strip_prefix('#')?.parse())
}

/// A hold as it was read.
pub(crate) fn hold_of(item: &Attributes) -> Result<Hold, BadItem> {
    Ok(Hold { version: item.version()?, due_at: item.due_at()?, ..item.value()? })
}

/// A hold as it is stored.
pub(crate) fn hold_item(action: &'static str, hold: &Hold, wake: Wake) -> Result<Item, PortError> {
    let pk = of_hold(&hold.id);
    Ok(Item::keyed(&pk, HOLD)
        .body(action, hold)?
        .next_version(hold.version)
        .due(&pk, hold.due_at)
        .optional_text(DUE_COLLECT, wake.mark(hold.due_at)))
}
