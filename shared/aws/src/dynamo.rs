//! The tables, and reading from them.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use ports::PortError;

use crate::error::failed;
use crate::item::{Attributes, key};
use crate::keys::{PK, SK};

/// The names of the tables. A function leaves those empty that it does not use; asking them fails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// Sites, stations, tariffs, drivers, stock.
    pub assets: String,
    /// The live state of connectors.
    pub connectors: String,
    /// Sessions with their messages, CDRs, debts and payments.
    pub sessions: String,
    /// Receipts by number, one series per site.
    pub receipts: String,
    /// Alerts.
    pub alerts: String,
    /// Unreadable or rule-breaking input.
    pub quarantine: String,
}

/// Every port that is kept in DynamoDB.
///
/// Domain values are JSON in the attribute `body`; beside it stand only keys and what conditions, indexes and stream filters need. An
/// attribute that can change without its item being read (`version`, `due_at`) wins over the same field in the JSON.
///
/// DynamoDB refuses items above 400 KiB. Nothing here comes near it: a station's message has at most 32 KiB, a CDR some hundred lines,
/// and input in quarantine is at most the 128 KiB that the broker takes (171 KiB while it is still in its envelope).
#[derive(Debug, Clone)]
pub struct Dynamo {
    pub(crate) client: Client,
    pub(crate) tables: Arc<Tables>,
}

/// Whether a read must see every write that ended before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seeing {
    /// Costs twice as much.
    Everything,
    /// May be a moment behind.
    Recent,
}

/// Items per page where it is not known how many are wanted.
const PAGE: i32 = 100;

/// Pages of a partition, from its end.
pub(crate) struct Backwards {
    /// The next page, if there is one.
    query: Option<QueryFluentBuilder>,
}

impl Backwards {
    /// The next page; none at the end.
    pub(crate) async fn next(&mut self, action: &'static str) -> Result<Option<Vec<Attributes>>, PortError> {
        let Some(query) = self.query.take() else { return Ok(None) };
        let page = query.clone().send().await.map_err(failed(action))?;
        self.query = page.last_evaluated_key.map(|last| query.set_exclusive_start_key(Some(last)));
        Ok(Some(page.items.unwrap_or_default()))
    }
}

impl Dynamo {
    /// The tables of these names.
    #[must_use]
    pub fn new(client: Client, tables: Tables) -> Self {
        Self { client, tables: Arc::new(tables) }
    }

    /// The client, for whatever is no port.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The names of the tables.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(crate) async fn get(
        &self,
        action: &'static str,
        table: &str,
        (pk, sk): (String, String),
        seeing: Seeing,
    ) -> Result<Option<Attributes>, PortError> {
        let request = self.client.get_item().table_name(table).set_key(Some(key(pk, sk)));
        let found = request.consistent_read(seeing == Seeing::Everything).send().await.map_err(failed(action))?;
        Ok(found.item)
    }

    /// Every item of a partition whose sort key begins like this, in the order of the sort keys.
    pub(crate) async fn list(
        &self,
        action: &'static str,
        table: &str,
        key: (String, &str),
        seeing: Seeing,
    ) -> Result<Vec<Attributes>, PortError> {
        let query = self.partition(table, key, seeing);
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let page = query.clone().set_exclusive_start_key(after).send().await.map_err(failed(action))?;
            items.extend(page.items.unwrap_or_default());
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(items);
            }
        }
    }

    /// The items of a partition whose sort key begins like this, from the highest down, page by page.
    pub(crate) fn backwards(&self, table: &str, key: (String, &str)) -> Backwards {
        let query = self.partition(table, key, Seeing::Everything).scan_index_forward(false).limit(PAGE);
        Backwards { query: Some(query) }
    }

    /// The item of a partition with the highest sort key of those that begin like this.
    pub(crate) async fn last(
        &self,
        action: &'static str,
        table: &str,
        key: (String, &str),
        seeing: Seeing,
    ) -> Result<Option<Attributes>, PortError> {
        let query = self.partition(table, key, seeing).scan_index_forward(false).limit(1);
        let page = query.send().await.map_err(failed(action))?;
        Ok(page.items.unwrap_or_default().into_iter().next())
    }

    fn partition(&self, table: &str, (pk, sk_prefix): (String, &str), seeing: Seeing) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(table)
            .key_condition_expression("#pk = :pk AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .expression_attribute_values(":prefix", AttributeValue::S(sk_prefix.to_owned()))
            .consistent_read(seeing == Seeing::Everything)
    }
}
