//! What goes back of payments, beside the payment it belongs to; and payments by their intent.
//!
//! `returns#1` of a session is about its `pay#1`. The item `pi#{intent}` repeats the payment for whoever knows only the intent.

use ::alerts::AlertChange;
use aws_sdk_dynamodb::types::TransactWriteItem;
use billing::payment::Returns;
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepReturns, MarkReturns, Payment, PortError, ReadPayments, Saved};

use crate::Dynamo;
use crate::debts::{PAYMENT, payment_item};
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, key, read};
use crate::keys::DUE_COLLECT;
use crate::marks::{Marked, Wake};
use crate::write::{Committed, Expected, Transaction, put_action};

/// What the sort keys begin with.
pub(crate) const RETURNS: &str = "returns#";

/// The sort key of a payment under its intent.
const BY_INTENT: &str = "payment";

impl ReadPayments for Dynamo {
    async fn payments_of(&self, session: &SessionId) -> Result<Vec<Payment>, PortError> {
        let action = "read the payments of a session";
        let key = (session.to_string(), PAYMENT);
        let items = self.list(action, &self.tables.sessions, key, Seeing::Everything).await?;
        items.iter().map(|item| read(action, item, Read::value)).collect()
    }

    async fn payment_by(&self, intent: &str) -> Result<Option<Payment>, PortError> {
        let action = "read a payment by its intent";
        let key = (of_intent(intent), BY_INTENT.to_owned());
        let found = self.get(action, &self.tables.sessions, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, Read::value)).transpose()
    }
}

impl KeepReturns for Dynamo {
    async fn returns(&self, session: &SessionId) -> Result<Vec<Returns>, PortError> {
        let action = "read what goes back of the payments of a session";
        let key = (session.to_string(), RETURNS);
        let items = self.list(action, &self.tables.sessions, key, Seeing::Everything).await?;
        items.iter().map(|item| read(action, item, returns_of)).collect()
    }

    async fn ask_returns(&self, returns: &Returns) -> Result<Saved, PortError> {
        self.write_returns("ask for what goes back", returns, Wake::Reader, &[]).await
    }

    async fn save_returns(&self, returns: &Returns, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        self.write_returns("save what goes back", returns, Wake::Nobody, alerts).await
    }
}

impl MarkReturns for Dynamo {
    async fn mark_returns_due(&self, session: &SessionId, payment: u32, now: Timestamp) -> Result<bool, PortError> {
        let key = key(session.to_string(), sort_key(payment));
        match self.mark("mark what goes back as due", &self.tables.sessions, key, DUE_COLLECT, now).await? {
            Marked::Set | Marked::NothingDue => Ok(true),
            Marked::Absent => Ok(false),
        }
    }
}

impl Dynamo {
    async fn write_returns(
        &self,
        action: &'static str,
        returns: &Returns,
        wake: Wake,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let item = returns_item(action, returns, wake)?;
        let expected = Expected::read(returns.version);
        let writes = Transaction::default().require(put_action(action, &self.tables.sessions, item, expected)?);
        match self.commit(action, writes.prefer(self.alert_writes(action, alerts)?)).await? {
            Committed::Done => Ok(Saved::Done),
            Committed::Refused(_) => Ok(Saved::Conflict),
        }
    }
}

/// The writes of a payment: under its session, and under its intent.
pub(crate) fn payment_writes(
    action: &'static str,
    table: &str,
    payment: &Payment,
) -> Result<[TransactWriteItem; 2], PortError> {
    let by_intent = Item::keyed(of_intent(&payment.intent), BY_INTENT).body(action, payment)?;
    Ok([
        put_action(action, table, payment_item(action, payment)?, Expected::Absent)?,
        put_action(action, table, by_intent, Expected::Absent)?,
    ])
}

fn of_intent(intent: &str) -> String {
    format!("pi#{intent}")
}

fn sort_key(payment: u32) -> String {
    format!("{RETURNS}{payment}")
}

/// The payment that the returns under a sort key are about.
pub(crate) fn payment_of_key(sk: &str) -> Option<u32> {
    sk.strip_prefix(RETURNS)?.parse().ok()
}

/// Returns as they were read.
pub(crate) fn returns_of(item: &Attributes) -> Result<Returns, BadItem> {
    Ok(Returns { version: item.version()?, due_at: item.due_at()?, ..item.value()? })
}

fn returns_item(action: &'static str, returns: &Returns, wake: Wake) -> Result<Item, PortError> {
    let session = returns.session.to_string();
    Ok(Item::keyed(&session, sort_key(returns.payment))
        .body(action, returns)?
        .next_version(returns.version)
        .due(&session, returns.due_at)
        .optional_text(DUE_COLLECT, wake.mark(returns.due_at)))
}
