//! DynamoDB tables.

use aws::tables::{IndexSpec, StreamView, TableSpec};

use super::error::TemplateError;
use super::names::kebab_before;
use super::node::{Node, Resources};

const TABLE: &str = "AWS::DynamoDB::Table";

pub(super) fn read(resources: &Resources<'_>) -> Result<Vec<TableSpec>, TemplateError> {
    resources.of_type(TABLE).map(|table| read_one(&table)).collect()
}

/// The name of the table with this logical id.
pub(super) fn resolve<'a>(resources: &Resources<'a>, at: &Node<'a>, id: &str) -> Result<String, TemplateError> {
    name(&resources.resolve(at, id, TABLE)?)
}

fn name(table: &Node<'_>) -> Result<String, TemplateError> {
    kebab_before(table.resource(), "Table").ok_or_else(|| table.refuse("the name of a table ends in Table"))
}

fn read_one(table: &Node<'_>) -> Result<TableSpec, TemplateError> {
    let properties = table.field("Properties")?;
    properties.field("BillingMode")?.must_be("PAY_PER_REQUEST")?;
    let (partition_key, sort_key) = keys(&properties, &properties.field("KeySchema")?)?;
    let indexes = match properties.optional("GlobalSecondaryIndexes") {
        Some(indexes) => {
            indexes.items()?.iter().map(|index| read_index(&properties, index)).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    Ok(TableSpec {
        name: name(table)?,
        partition_key,
        sort_key,
        indexes,
        stream: properties.optional("StreamSpecification").map(|stream| view(&stream)).transpose()?,
        ttl: properties.optional("TimeToLiveSpecification").map(|ttl| expiry(&ttl)).transpose()?,
    })
}

fn read_index(table: &Node<'_>, index: &Node<'_>) -> Result<IndexSpec, TemplateError> {
    let (partition_key, sort_key) = keys(table, &index.field("KeySchema")?)?;
    let projection = index.field("Projection.ProjectionType")?;
    let holds_items = match projection.text()? {
        "ALL" => true,
        "KEYS_ONLY" => false,
        _ => return Err(projection.refuse("is neither ALL nor KEYS_ONLY")),
    };
    Ok(IndexSpec { name: index.field("IndexName")?.text()?.to_owned(), partition_key, sort_key, holds_items })
}

/// The partition key and the sort key, whose attributes the table declares as strings.
fn keys(table: &Node<'_>, schema: &Node<'_>) -> Result<(String, Option<String>), TemplateError> {
    let items = schema.items()?;
    let (partition, sort) = match items.as_slice() {
        [partition] => (partition, None),
        [partition, sort] => (partition, Some(sort)),
        _ => return Err(schema.refuse("does not have one or two keys")),
    };
    let sort = sort.map(|sort| key(table, sort, "RANGE")).transpose()?;
    Ok((key(table, partition, "HASH")?, sort))
}

fn key(table: &Node<'_>, part: &Node<'_>, kind: &str) -> Result<String, TemplateError> {
    part.field("KeyType")?.must_be(kind)?;
    let name = part.field("AttributeName")?;
    let declared = table.field("AttributeDefinitions")?.items()?.into_iter().find(|attribute| {
        attribute.field("AttributeName").and_then(|declared| declared.must_be(name.text().unwrap_or_default())).is_ok()
    });
    let declared = declared.ok_or_else(|| name.refuse("is not in AttributeDefinitions"))?;
    declared.field("AttributeType")?.must_be("S")?;
    Ok(name.text()?.to_owned())
}

fn view(stream: &Node<'_>) -> Result<StreamView, TemplateError> {
    let kind = stream.field("StreamViewType")?;
    match kind.text()? {
        "NEW_IMAGE" => Ok(StreamView::NewImage),
        "NEW_AND_OLD_IMAGES" => Ok(StreamView::NewAndOldImages),
        _ => Err(kind.refuse("is neither NEW_IMAGE nor NEW_AND_OLD_IMAGES")),
    }
}

fn expiry(ttl: &Node<'_>) -> Result<String, TemplateError> {
    ttl.field("Enabled")?.must_be_flag(true)?;
    Ok(ttl.field("AttributeName")?.text()?.to_owned())
}
