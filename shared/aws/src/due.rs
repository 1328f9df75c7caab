//! Whatever is due and not done, from the sparse indexes of sessions, alerts and connectors.

use ::alerts::AlertId;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use messages::SessionId;
use ports::{Due, FindDue, PortError};

use crate::Dynamo;
use crate::cards::driver_of_key;
use crate::debts::DEBT;
use crate::disturbances::DISTURBANCE;
use crate::dynamo::Tables;
use crate::error::{BadItem, failed};
use crate::holds::hold_of_key;
use crate::item::{Attributes, Read};
use crate::keys::{DUE_AT, DUE_INDEX, DUE_PART, DUE_PARTS, PK, SITE, SK, moment};
use crate::presence::PRESENCE;
use crate::returns::payment_of_key;
use crate::sessions::HEAD;

const ACTION: &str = "find what is due";

impl FindDue for Dynamo {
    async fn find_due(&self, before: Timestamp, limit: usize) -> Result<Vec<Due>, PortError> {
        let mut due = Vec::new();
        let Tables { sessions, alerts, connectors, .. } = &*self.tables;
        for (table, decode) in [(sessions, of_sessions as Decode), (alerts, of_alerts), (connectors, of_connectors)] {
            for part in 0..DUE_PARTS {
                let items = self.due_in(table, &format!("{part:02}"), before, limit).await?;
                for item in &items {
                    match decode(item) {
                        Ok(found) => due.push(found),
                        // One item that nobody can read must not hide what else is due.
                        Err(error) => {
                            tracing::error!(error = &error as &dyn std::error::Error, "something due cannot be read");
                        }
                    }
                }
            }
        }
        due.sort_by_key(Due::due_at);
        due.truncate(limit);
        Ok(due)
    }
}

type Decode = fn(&Attributes) -> Result<Due, BadItem>;

impl Dynamo {
    /// The keys of one partition of the index, the oldest first.
    async fn due_in(
        &self,
        table: &str,
        part: &str,
        before: Timestamp,
        limit: usize,
    ) -> Result<Vec<Attributes>, PortError> {
        let query = self
            .client
            .query()
            .table_name(table)
            .index_name(DUE_INDEX)
            .key_condition_expression("#part = :part AND #at <= :before")
            .expression_attribute_names("#part", DUE_PART)
            .expression_attribute_names("#at", DUE_AT)
            .expression_attribute_values(":part", AttributeValue::S(part.to_owned()))
            .expression_attribute_values(":before", AttributeValue::S(moment(before)));
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let missing = i32::try_from(limit.saturating_sub(items.len())).unwrap_or(i32::MAX);
            if missing == 0 {
                return Ok(items);
            }
            let page = query.clone().limit(missing).set_exclusive_start_key(after).send().await;
            let page = page.map_err(failed(ACTION))?;
            items.extend(page.items.unwrap_or_default());
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(items);
            }
        }
    }
}

fn of_sessions(item: &Attributes) -> Result<Due, BadItem> {
    let pk = item.text_of(PK)?;
    let due_at = item.due_at()?.ok_or(BadItem::missing(DUE_AT))?;
    if let Some(hold) = hold_of_key(pk) {
        let id = hold.map_err(|error| BadItem::because(PK, error))?;
        return Ok(Due::Hold { id, due_at });
    }
    if let Some(driver) = driver_of_key(pk) {
        let id = driver.map_err(|error| BadItem::because(PK, error))?;
        return Ok(Due::Card { id, due_at });
    }
    let id: SessionId = pk.parse().map_err(|error| BadItem::because(PK, error))?;
    match item.text_of(SK)? {
        HEAD => Ok(Due::Session { id, due_at }),
        DEBT => Ok(Due::Debt { id, due_at }),
        sk => match payment_of_key(sk) {
            Some(payment) => Ok(Due::Returns { id, payment, due_at }),
            None => Err(BadItem::missing(SK)),
        },
    }
}

fn of_alerts(item: &Attributes) -> Result<Due, BadItem> {
    let id: AlertId = item.text_of(PK)?.parse().map_err(|error| BadItem::because(PK, error))?;
    Ok(Due::Alert { id, due_at: item.due_at()?.ok_or(BadItem::missing(DUE_AT))? })
}

fn of_connectors(item: &Attributes) -> Result<Due, BadItem> {
    let (pk, sk) = (item.text_of(PK)?, item.text_of(SK)?);
    let due_at = item.due_at()?.ok_or(BadItem::missing(DUE_AT))?;
    if let (Some(site), Some(fault)) = (pk.strip_prefix(SITE), sk.strip_prefix(DISTURBANCE)) {
        let site = site.parse().map_err(|error| BadItem::because(PK, error))?;
        let fault = fault.parse().map_err(|error| BadItem::because(SK, error))?;
        return Ok(Due::Disturbance { site, fault, due_at });
    }
    let id = pk.parse().map_err(|error| BadItem::because(PK, error))?;
    match sk {
        PRESENCE => Ok(Due::Presence { id, due_at }),
        _ => Err(BadItem::missing(SK)),
    }
}
