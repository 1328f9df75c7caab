//! What a table looks like, and creating it where no template does.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType,
    StreamSpecification, StreamViewType, TimeToLiveSpecification, TimeToLiveStatus,
};
use ports::PortError;

use crate::error::failed;

/// A table; every key attribute is a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Its name.
    pub name: String,
    /// The attribute of the partition key.
    pub partition_key: String,
    /// The attribute of the sort key.
    pub sort_key: Option<String>,
    /// Its global secondary indexes.
    pub indexes: Vec<IndexSpec>,
    /// What its stream shows of a change, when it has a stream.
    pub stream: Option<StreamView>,
    /// The attribute (epoch seconds) after whose time an item may go.
    pub ttl: Option<String>,
}

/// A global secondary index; every key attribute is a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSpec {
    /// Its name.
    pub name: String,
    /// The attribute of the partition key.
    pub partition_key: String,
    /// The attribute of the sort key.
    pub sort_key: Option<String>,
    /// It holds whole items, not only keys.
    pub holds_items: bool,
}

/// What a stream shows of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamView {
    /// The item after the change.
    NewImage,
    /// The item before and after the change.
    NewAndOldImages,
}

/// Creates the tables that are not there yet; one that is there gets the indexes that it lacks, and stays as it is otherwise. They are for machines, not for the cloud: on demand,
/// without backups, and used at once.
pub async fn ensure(client: &Client, specs: &[TableSpec]) -> Result<(), PortError> {
    for spec in specs {
        let action = "create a table";
        let request = described(client.create_table(), spec).map_err(|error| PortError::new(action, error))?;
        match request.send().await {
            Ok(_) => {}
            Err(error) if error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception) => {
                add_indexes(client, spec).await?;
            }
            Err(error) => return Err(failed(action)(error)),
        }
        if let Some(attribute) = &spec.ttl {
            expire(client, &spec.name, attribute).await?;
        }
    }
    Ok(())
}

fn described(request: CreateTableFluentBuilder, spec: &TableSpec) -> Result<CreateTableFluentBuilder, BuildError> {
    let mut request = request
        .table_name(&spec.name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(&spec.partition_key, spec.sort_key.as_deref())?));
    request = request.set_attribute_definitions(Some(spec.definitions()?));
    for index in &spec.indexes {
        request = request.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(&index.name)
                .set_key_schema(Some(key_schema(&index.partition_key, index.sort_key.as_deref())?))
                .projection(index.projection())
                .build()?,
        );
    }
    if let Some(view) = spec.stream {
        let view = match view {
            StreamView::NewImage => StreamViewType::NewImage,
            StreamView::NewAndOldImages => StreamViewType::NewAndOldImages,
        };
        let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(view).build()?;
        request = request.stream_specification(stream);
    }
    Ok(request)
}

/// Adds the indexes that a table of an earlier release lacks, one at a time, as DynamoDB wants it.
async fn add_indexes(client: &Client, spec: &TableSpec) -> Result<(), PortError> {
    let action = "add an index to a table";
    let found = client.describe_table().table_name(&spec.name).send().await.map_err(failed(action))?;
    let indexes = found.table.and_then(|table| table.global_secondary_indexes).unwrap_or_default();
    let mut known = TableSpec { indexes: Vec::new(), ..spec.clone() };
    for index in &spec.indexes {
        known.indexes.push(index.clone());
        if indexes.iter().any(|found| found.index_name.as_ref() == Some(&index.name)) {
            continue;
        }
        let built = |error: BuildError| PortError::new(action, error);
        let create = CreateGlobalSecondaryIndexAction::builder()
            .index_name(&index.name)
            .set_key_schema(Some(key_schema(&index.partition_key, index.sort_key.as_deref()).map_err(built)?))
            .projection(index.projection())
            .build()
            .map_err(built)?;
        let request = client
            .update_table()
            .table_name(&spec.name)
            .set_attribute_definitions(Some(known.definitions().map_err(built)?))
            .global_secondary_index_updates(GlobalSecondaryIndexUpdate::builder().create(create).build());
        request.send().await.map_err(failed(action))?;
    }
    Ok(())
}

impl IndexSpec {
    fn projection(&self) -> Projection {
        let kind = if self.holds_items { ProjectionType::All } else { ProjectionType::KeysOnly };
        Projection::builder().projection_type(kind).build()
    }
}

impl TableSpec {
    fn definitions(&self) -> Result<Vec<AttributeDefinition>, BuildError> {
        let kind = ScalarAttributeType::S;
        let defined =
            |name: &str| AttributeDefinition::builder().attribute_name(name).attribute_type(kind.clone()).build();
        self.key_attributes().into_iter().map(defined).collect()
    }

    /// The attributes of every key, each once.
    fn key_attributes(&self) -> Vec<&str> {
        let own = [Some(&self.partition_key), self.sort_key.as_ref()];
        let of_indexes = self.indexes.iter().flat_map(|index| [Some(&index.partition_key), index.sort_key.as_ref()]);
        let mut attributes: Vec<&str> = own.into_iter().chain(of_indexes).flatten().map(String::as_str).collect();
        attributes.sort_unstable();
        attributes.dedup();
        attributes
    }
}

fn key_schema(partition: &str, sort: Option<&str>) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |name: &str, kind: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let mut schema = vec![element(partition, KeyType::Hash)?];
    schema.extend(sort.map(|name| element(name, KeyType::Range)).transpose()?);
    Ok(schema)
}

async fn expire(client: &Client, table: &str, attribute: &str) -> Result<(), PortError> {
    let action = "let items of a table expire";
    let now = client.describe_time_to_live().table_name(table).send().await.map_err(failed(action))?;
    let status = now.time_to_live_description.and_then(|description| description.time_to_live_status);
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(attribute).build();
    let expiry = expiry.map_err(|error| PortError::new(action, error))?;
    let request = client.update_time_to_live().table_name(table).time_to_live_specification(expiry);
    request.send().await.map_err(failed(action))?;
    Ok(())
}
