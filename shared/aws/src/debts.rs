//! Debts and payments, beside the session they belong to.

use ::alerts::AlertChange;
use billing::payment::Debt;
use messages::SessionId;
use ports::{KeepDebts, Payment, PortError, Saved};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, read};
use crate::keys::DUE_COLLECT;
use crate::marks::Wake;
use crate::returns::payment_writes;
use crate::write::{Committed, Expected, Transaction, put_action};

/// The sort key of a debt.
pub(crate) const DEBT: &str = "debt";

/// What the sort keys of payments begin with.
pub(crate) const PAYMENT: &str = "pay#";

impl KeepDebts for Dynamo {
    async fn debt(&self, session: &SessionId) -> Result<Option<Debt>, PortError> {
        let action = "read a debt";
        let key = (session.to_string(), DEBT.to_owned());
        let found = self.get(action, &self.tables.sessions, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, debt_of)).transpose()
    }

    async fn save_debt(
        &self,
        debt: &Debt,
        payment: Option<&Payment>,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let action = "save a debt";
        let table = &self.tables.sessions;
        let item = debt_item(action, debt, Wake::Nobody)?;
        let mut writes = Transaction::default().require(put_action(action, table, item, Expected::read(debt.version))?);
        if let Some(payment) = payment {
            writes = payment_writes(action, table, payment)?.into_iter().fold(writes, Transaction::require);
        }
        if let Some(block) = self.block_write(action, debt)? {
            writes = writes.require(block);
        }
        let writes = writes.prefer(self.alert_writes(action, alerts)?);
        match self.commit(action, writes).await? {
            Committed::Done => Ok(Saved::Done),
            Committed::Refused(_) => Ok(Saved::Conflict),
        }
    }
}

/// A payment as it is stored.
pub(crate) fn payment_item(action: &'static str, payment: &Payment) -> Result<Item, PortError> {
    Item::keyed(payment.session.to_string(), format!("{PAYMENT}{}", payment.number)).body(action, payment)
}

/// A debt as it was read.
pub(crate) fn debt_of(item: &Attributes) -> Result<Debt, BadItem> {
    Ok(Debt { version: item.version()?, due_at: item.due_at()?, ..item.value()? })
}

/// A debt as it is stored.
pub(crate) fn debt_item(action: &'static str, debt: &Debt, wake: Wake) -> Result<Item, PortError> {
    let session = debt.session.to_string();
    Ok(Item::keyed(&session, DEBT)
        .body(action, debt)?
        .next_version(debt.version)
        .due(&session, debt.due_at)
        .optional_text(DUE_COLLECT, wake.mark(debt.due_at)))
}
