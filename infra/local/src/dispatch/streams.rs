//! Stream mappings: what changed in a table, in order, handed to the functions that filter for it.

use std::collections::BTreeMap;
use std::time::Duration;

use lambda::dynamodb::EventRecord;

use super::Parts;
use crate::template::StreamMapping;

/// Lambda asks a stream four times a second; on a clock that runs faster, this is the shortest real pause.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// How often a stream is asked, in the system's time.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// The mappings of each table; a stream has one reader here, whatever the number of mappings.
#[must_use]
pub(crate) fn by_table(mappings: &[StreamMapping]) -> BTreeMap<String, Vec<StreamMapping>> {
    let mut tables: BTreeMap<String, Vec<StreamMapping>> = BTreeMap::new();
    for mapping in mappings {
        tables.entry(mapping.table.clone()).or_default().push(mapping.clone());
    }
    tables
}

/// Reads one table's stream, for ever.
pub(crate) async fn serve(table: String, mappings: Vec<StreamMapping>, parts: Parts) {
    let pause = ASK_EVERY.div_f64(parts.clock.speed()).max(SHORTEST_PAUSE);
    loop {
        match parts.database.read_stream(&table).await {
            Ok(records) if records.is_empty() => tokio::time::sleep(pause).await,
            Ok(records) => {
                for record in &records {
                    parts.facts.change(&table, record);
                }
                for mapping in &mappings {
                    deliver(mapping, &parts, &records).await;
                }
            }
            Err(error) => {
                tracing::error!(table, error = &error as &dyn std::error::Error, "a stream could not be read");
                tokio::time::sleep(pause).await;
            }
        }
    }
}

async fn deliver(mapping: &StreamMapping, parts: &Parts, records: &[EventRecord]) {
    let wanted: Vec<EventRecord> =
        records.iter().filter(|record| has_leaf(record, &mapping.filter_attribute)).cloned().collect();
    for batch in wanted.chunks(mapping.batch_size) {
        let mut rest = batch.to_vec();
        for _attempt in 0..mapping.max_attempts {
            rest = match parts.functions.on_stream(&mapping.function, rest.clone()).await {
                // Records before the first failed one are done; it and all after it come again, in order.
                Ok(Some(first_failed)) => from(rest, &first_failed),
                Ok(None) => Vec::new(),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a batch will be delivered again");
                    rest
                }
            };
            if rest.is_empty() {
                break;
            }
        }
        if !rest.is_empty() {
            let (function, records) = (&mapping.function, rest.len());
            tracing::error!(function, records, "a stream gave up; the sweep will find what is due");
        }
    }
}

/// The records from this sequence number on; all of them when it is unknown.
fn from(records: Vec<EventRecord>, sequence_number: &str) -> Vec<EventRecord> {
    let is_first = |record: &EventRecord| record.change.sequence_number.as_deref() == Some(sequence_number);
    let first = records.iter().position(is_first).unwrap_or(0);
    records.into_iter().skip(first).collect()
}

/// Whether the new image has the attribute, as the mapping's filter asks (`{"S": [{"exists": true}]}`).
fn has_leaf(record: &EventRecord, attribute: &str) -> bool {
    record.change.new_image.contains_key(attribute)
}
