//! Conditional writes: of one item, or of several at once.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use ports::PortError;

use crate::Dynamo;
use crate::error::failed;
use crate::item::{Attributes, Item, number};
use crate::keys::{BODY, PK, VERSION};

/// How often a write that met another transaction is tried again, at once: by then that transaction is over, or this one finds its
/// condition broken.
const CONFLICTS_MAX: u32 = 5;

/// What a write expects to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// No item.
    Absent,
    /// The item as it was read.
    Version(u64),
}

impl Expected {
    /// The version that was read; 0 says that there was nothing.
    pub(crate) fn read(version: u64) -> Self {
        if version == 0 { Self::Absent } else { Self::Version(version) }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Absent => "attribute_not_exists(#key)",
            Self::Version(_) => "#key = :expected",
        }
    }

    /// The attribute that the condition is about.
    fn attribute(self) -> &'static str {
        match self {
            Self::Absent => PK,
            Self::Version(_) => VERSION,
        }
    }

    fn version(self) -> Option<AttributeValue> {
        match self {
            Self::Absent => None,
            Self::Version(version) => Some(number(version)),
        }
    }
}

/// How a write of one item ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written {
    /// It is stored.
    Done,
    /// Its condition did not hold; what is stored instead, if anything is.
    Refused(Option<Attributes>),
}

/// How a transaction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Committed {
    /// All of it is stored.
    Done,
    /// Nothing is stored: the conditions of these required writes (counted from 0) did not hold.
    Refused(Vec<usize>),
}

/// Writes that happen together.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    required: Vec<TransactWriteItem>,
    optional: Vec<TransactWriteItem>,
}

impl Transaction {
    /// A write without which nothing is written.
    pub(crate) fn require(mut self, write: TransactWriteItem) -> Self {
        self.required.push(write);
        self
    }

    /// A write that is left out when its condition does not hold.
    pub(crate) fn prefer(mut self, writes: impl IntoIterator<Item = TransactWriteItem>) -> Self {
        self.optional.extend(writes);
        self
    }
}

impl Dynamo {
    /// Writes a whole item under a condition.
    pub(crate) async fn put(
        &self,
        action: &'static str,
        table: &str,
        item: Item,
        expected: Expected,
    ) -> Result<Written, PortError> {
        let request = self
            .client
            .put_item()
            .table_name(table)
            .set_item(Some(item.attributes()))
            .condition_expression(expected.condition())
            .expression_attribute_names("#key", expected.attribute())
            .set_expression_attribute_values(
                expected.version().map(|version| [(":expected".to_owned(), version)].into()),
            )
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut conflicts = 0;
        loop {
            let Err(error) = request.clone().send().await else { return Ok(Written::Done) };
            match error.as_service_error() {
                Some(refused) if refused.is_conditional_check_failed_exception() => {
                    return Ok(Written::Refused(error.into_service_error().conditional_check_failed()));
                }
                Some(conflict) if conflict.is_transaction_conflict_exception() && conflicts < CONFLICTS_MAX => {
                    conflicts += 1;
                }
                Some(_) | None => return Err(failed(action)(error)),
            }
        }
    }

    /// Writes everything at once, or nothing.
    ///
    /// DynamoDB cancels the whole transaction when one condition does not hold, so it is offered again without the optional writes whose
    /// conditions failed. That is not a race: an item that such a condition found is never deleted.
    pub(crate) async fn commit(&self, action: &'static str, transaction: Transaction) -> Result<Committed, PortError> {
        let Transaction { required, mut optional } = transaction;
        let mut conflicts = 0;
        loop {
            let writes = required.iter().chain(&optional).cloned().collect();
            let request = self.client.transact_write_items().set_transact_items(Some(writes));
            let Err(error) = request.send().await else { return Ok(Committed::Done) };
            match verdict(&error, required.len()) {
                Verdict::Refused(writes) => return Ok(Committed::Refused(writes)),
                Verdict::Without(gone) => optional = without(optional, &gone),
                Verdict::Conflict if conflicts < CONFLICTS_MAX => conflicts += 1,
                Verdict::Conflict | Verdict::Failed => return Err(failed(action)(error)),
            }
        }
    }
}

/// What a transaction that was not committed says.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// The conditions of these required writes did not hold.
    Refused(Vec<usize>),
    /// The conditions of these optional writes did not hold, and nothing else was wrong.
    Without(Vec<usize>),
    /// Another transaction is at one of the items.
    Conflict,
    /// Nothing that can be decided here.
    Failed,
}

fn verdict<R>(error: &SdkError<TransactWriteItemsError, R>, required: usize) -> Verdict {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            decide(canceled.cancellation_reasons(), required)
        }
        Some(_) | None => Verdict::Failed,
    }
}

/// A broken condition of a required write is final, whatever else happened to the transaction.
fn decide(reasons: &[CancellationReason], required: usize) -> Verdict {
    let with_code = |wanted: &str| -> Vec<usize> {
        let coded = reasons.iter().enumerate().filter(|(_, reason)| reason.code() == Some(wanted));
        coded.map(|(index, _)| index).collect()
    };
    let (refused, left_out): (Vec<_>, Vec<_>) =
        with_code("ConditionalCheckFailed").into_iter().partition(|index| *index < required);
    let others = reasons.iter().filter_map(CancellationReason::code);
    let is_decided = |code: &str| matches!(code, "None" | "ConditionalCheckFailed" | "TransactionConflict");
    if !refused.is_empty() {
        Verdict::Refused(refused)
    } else if !others.clone().all(is_decided) {
        Verdict::Failed
    } else if !with_code("TransactionConflict").is_empty() {
        Verdict::Conflict
    } else if !left_out.is_empty() {
        Verdict::Without(left_out.into_iter().map(|index| index - required).collect())
    } else {
        Verdict::Failed
    }
}

fn without(writes: Vec<TransactWriteItem>, gone: &[usize]) -> Vec<TransactWriteItem> {
    writes.into_iter().enumerate().filter(|(index, _)| !gone.contains(index)).map(|(_, write)| write).collect()
}

/// A whole item, as part of a transaction.
pub(crate) fn put_action(
    action: &'static str,
    table: &str,
    item: Item,
    expected: Expected,
) -> Result<TransactWriteItem, PortError> {
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(item.attributes()))
        .condition_expression(expected.condition())
        .expression_attribute_names("#key", expected.attribute())
        .set_expression_attribute_values(expected.version().map(|version| [(":expected".to_owned(), version)].into()))
        .build();
    Ok(TransactWriteItem::builder().put(built(action, put)?).build())
}

/// A whole item whatever was there before, as part of a transaction.
pub(crate) fn replace_action(action: &'static str, table: &str, item: Item) -> Result<TransactWriteItem, PortError> {
    let put = Put::builder().table_name(table).set_item(Some(item.attributes())).build();
    Ok(TransactWriteItem::builder().put(built(action, put)?).build())
}

/// A whole item whose value (none: there is no such item) is still the one that was read, as part of a transaction: for items that have
/// no version.
pub(crate) fn exchange_action(
    action: &'static str,
    table: &str,
    item: Item,
    read: Option<&str>,
) -> Result<TransactWriteItem, PortError> {
    let (condition, about) = match read {
        Some(_) => ("#key = :expected", BODY),
        None => ("attribute_not_exists(#key)", PK),
    };
    let put = Put::builder()
        .table_name(table)
        .set_item(Some(item.attributes()))
        .condition_expression(condition)
        .expression_attribute_names("#key", about)
        .set_expression_attribute_values(
            read.map(|read| [(":expected".to_owned(), AttributeValue::S(read.to_owned()))].into()),
        )
        .build();
    Ok(TransactWriteItem::builder().put(built(action, put)?).build())
}

/// The end of an item, if there is one, as part of a transaction.
pub(crate) fn delete_action(
    action: &'static str,
    table: &str,
    key: Attributes,
) -> Result<TransactWriteItem, PortError> {
    let delete = Delete::builder().table_name(table).set_key(Some(key)).build();
    Ok(TransactWriteItem::builder().delete(built(action, delete)?).build())
}

/// An update, as part of a transaction.
pub(crate) fn update_action(
    action: &'static str,
    update: Result<Update, BuildError>,
) -> Result<TransactWriteItem, PortError> {
    Ok(TransactWriteItem::builder().update(built(action, update)?).build())
}

fn built<T>(action: &'static str, built: Result<T, BuildError>) -> Result<T, PortError> {
    built.map_err(|error| PortError::new(action, error))
}

/// What a refused write found.
trait Found {
    fn conditional_check_failed(self) -> Option<Attributes>;
}

impl Found for aws_sdk_dynamodb::operation::put_item::PutItemError {
    fn conditional_check_failed(self) -> Option<Attributes> {
        match self {
            Self::ConditionalCheckFailedException(refused) => refused.item,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_transaction_says_what_to_do() {
        const OK: &str = "None";
        const CHECK: &str = "ConditionalCheckFailed";
        const CONFLICT: &str = "TransactionConflict";
        for (codes, expected) in [
            (vec![CHECK, OK, OK, OK], Verdict::Refused(vec![0])),
            (vec![CHECK, CHECK, CHECK, OK], Verdict::Refused(vec![0, 1])),
            (vec![OK, CHECK, CONFLICT, OK], Verdict::Refused(vec![1])),
            (vec![OK, OK, CHECK, OK], Verdict::Without(vec![0])),
            (vec![OK, OK, CHECK, CHECK], Verdict::Without(vec![0, 1])),
            (vec![OK, OK, CHECK, CONFLICT], Verdict::Conflict),
            (vec![CONFLICT, OK, OK, OK], Verdict::Conflict),
            (vec![OK, OK, CHECK, "ThrottlingError"], Verdict::Failed),
            (vec!["ValidationError", OK, OK, OK], Verdict::Failed),
            (vec![], Verdict::Failed),
        ] {
            let reasons: Vec<_> = codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect();
            assert_eq!(decide(&reasons, 2), expected, "{codes:?}");
        }
    }
}
