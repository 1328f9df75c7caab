//! Changes of alerts as parts of the write that makes them necessary.
//!
//! None of them may stop that write. An alert that is opened under an id which is there already has been raised before by the same
//! cause, and one that is resolved but is not there (or is resolved already) has nobody to tell; the transaction is then committed
//! without them, see [`Dynamo::commit`].

use ::alerts::{Alert, AlertChange, AlertId, Resolution, fold};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::Timestamp;
use ports::PortError;

use crate::Dynamo;
use crate::item::{Item, json, number};
use crate::keys::{DUE_AT, DUE_PART, DUE_PUBLISH, PK, VERSION, due_part, moment};
use crate::marks::Wake;
use crate::write::{Expected, put_action, update_action};

/// The resolution, as JSON: set without reading the alert.
pub(crate) const RESOLVED: &str = "resolved";

impl Dynamo {
    /// The writes that these changes come to; at most one per alert, as transactions demand.
    pub(crate) fn alert_writes(
        &self,
        action: &'static str,
        changes: &[AlertChange],
    ) -> Result<Vec<TransactWriteItem>, PortError> {
        let table = &self.tables.alerts;
        let writes = fold(changes.to_vec()).into_iter().map(|change| match change {
            AlertChange::Open(alert) => {
                put_action(action, table, alert_item(action, &alert, Wake::Reader)?, Expected::Absent)
            }
            AlertChange::Resolve { id, resolution, due_at } => resolve(action, table, &id, &resolution, due_at),
        });
        writes.collect()
    }
}

/// An alert as it is stored.
pub(crate) fn alert_item(action: &'static str, alert: &Alert, wake: Wake) -> Result<Item, PortError> {
    let resolved = alert.resolution.as_ref().map(|resolution| json(action, resolution)).transpose()?;
    Ok(Item::new(alert.id.as_str())
        .body(action, alert)?
        .next_version(alert.version)
        .due(alert.id.as_str(), alert.due_at)
        .optional_text(DUE_PUBLISH, wake.mark(alert.due_at))
        .optional_text(RESOLVED, resolved)
        .optional_text("site", alert.site.as_ref().map(ToString::to_string)))
}

fn resolve(
    action: &'static str,
    table: &str,
    id: &AlertId,
    resolution: &Resolution,
    due_at: Timestamp,
) -> Result<TransactWriteItem, PortError> {
    let text = AttributeValue::S;
    let update = Update::builder()
        .table_name(table)
        .set_key(Some(Item::new(id.as_str()).attributes()))
        .update_expression(
            "SET #resolved = :resolved, #due_at = :due, #due_part = :part, #mark = :due ADD #version :one",
        )
        .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#resolved)")
        .expression_attribute_names("#pk", PK)
        .expression_attribute_names("#resolved", RESOLVED)
        .expression_attribute_names("#due_at", DUE_AT)
        .expression_attribute_names("#due_part", DUE_PART)
        .expression_attribute_names("#mark", DUE_PUBLISH)
        .expression_attribute_names("#version", VERSION)
        .expression_attribute_values(":resolved", text(json(action, resolution)?))
        .expression_attribute_values(":due", text(moment(due_at)))
        .expression_attribute_values(":part", text(due_part(id.as_str())))
        .expression_attribute_values(":one", number(1));
    update_action(action, update.build())
}
