//! Waking whoever works on an item, without deciding anything: its stream mark.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::{SignedDuration, Timestamp};
use messages::SessionId;
use ports::{MarkDebts, PortError, RememberEvents, Remembered};

use crate::Dynamo;
use crate::debts::DEBT;
use crate::error::failed;
use crate::item::{Attributes, Item, Read, key, number};
use crate::keys::{DUE_AT, DUE_COLLECT, VERSION, moment};
use crate::write::{Expected, Written};

/// How long an event id is remembered after it was seen: Stripe repeats an event for three days.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How often a mark is set again after it lost a race.
const ATTEMPTS: usize = 5;

/// Whether the reader of a table's stream is to be woken by a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Yes, if something is due, now or later.
    Reader,
    /// No: it is the reader who writes.
    Nobody,
}

impl Wake {
    /// The mark that a write sets.
    pub(crate) fn mark(self, due_at: Option<Timestamp>) -> Option<String> {
        match self {
            Self::Reader => due_at.map(moment),
            Self::Nobody => None,
        }
    }
}

/// What became of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marked {
    /// It is set.
    Set,
    /// Nothing is due, so nobody was woken.
    NothingDue,
    /// There is no such item.
    Absent,
}

/// A `due_at` that has passed stays as it is, since it tells how long something has been due; a later one becomes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Overdue,
    DueLater,
}

impl Rule {
    fn of(due_at: Timestamp, now: Timestamp) -> Self {
        if due_at <= now { Self::Overdue } else { Self::DueLater }
    }

    fn update(self) -> &'static str {
        match self {
            Self::Overdue => "SET #mark = :now ADD #version :one",
            Self::DueLater => "SET #mark = :now, #due_at = :now ADD #version :one",
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Overdue => "#due_at <= :now",
            Self::DueLater => "#due_at > :now",
        }
    }
}

impl Dynamo {
    /// Sets the stream mark of an item that is due, now or later, and makes it due now.
    ///
    /// The version grows: whoever is at work on the item meets a conflict and looks again, so that no mark is lost between their read
    /// and their write.
    pub(crate) async fn mark(
        &self,
        action: &'static str,
        table: &str,
        key: Attributes,
        mark: &str,
        now: Timestamp,
    ) -> Result<Marked, PortError> {
        // Who sets a mark mostly found the item by its being overdue.
        let mut rule = Rule::Overdue;
        for _ in 0..ATTEMPTS {
            let update = self
                .client
                .update_item()
                .table_name(table)
                .set_key(Some(key.clone()))
                .update_expression(rule.update())
                .condition_expression(rule.condition())
                .expression_attribute_names("#mark", mark)
                .expression_attribute_names("#due_at", DUE_AT)
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":now", AttributeValue::S(moment(now)))
                .expression_attribute_values(":one", number(1))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
            let Err(error) = update.send().await else { return Ok(Marked::Set) };
            rule = match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    let Some(found) = refused.item() else { return Ok(Marked::Absent) };
                    let due_at = found.due_at().map_err(|error| PortError::new(action, error))?;
                    let Some(due_at) = due_at else { return Ok(Marked::NothingDue) };
                    Rule::of(due_at, now)
                }
                Some(UpdateItemError::TransactionConflictException(_)) => rule,
                Some(_) | None => return Err(failed(action)(error)),
            };
        }
        Err(PortError::new(action, "the item changed all the time"))
    }
}

impl MarkDebts for Dynamo {
    async fn mark_debt_due(&self, session: &SessionId, now: Timestamp) -> Result<bool, PortError> {
        let key = key(session.to_string(), DEBT);
        match self.mark("mark a debt as due", &self.tables.sessions, key, DUE_COLLECT, now).await? {
            Marked::Set | Marked::NothingDue => Ok(true),
            Marked::Absent => Ok(false),
        }
    }
}

impl RememberEvents for Dynamo {
    async fn remember_event(&self, id: &str, now: Timestamp) -> Result<Remembered, PortError> {
        let until = now.saturating_add(REMEMBERED_FOR).unwrap_or(Timestamp::MAX);
        let item = Item::keyed(format!("event#{id}"), "event").expires_at(until);
        match self.put("remember an event", &self.tables.sessions, item, Expected::Absent).await? {
            Written::Done => Ok(Remembered::First),
            Written::Refused(_) => Ok(Remembered::Again),
        }
    }
}
