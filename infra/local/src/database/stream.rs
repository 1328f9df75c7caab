//! The streams of the tables: read in order, and deleted once they have been dealt with.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::{decode_shard_iterator, encode_shard_iterator};
use dynoxide::streams::shard_id;
use lambda::dynamodb::EventRecord;
use rusqlite::{Connection, params};

use super::DatabaseError;

/// The most changes handed out at once, and so the most that are handed out again after a crash.
const AT_ONCE: usize = 500;

/// What the engine asks of a stream at each write. The expression is the engine's own.
const INDEX: &str = "CREATE INDEX IF NOT EXISTS wattwarden_stream_records
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";

const DELETE: &str = "DELETE FROM _stream_records
    WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2";

/// The streams of one database.
pub(super) struct Streams {
    engine: dynoxide::Database,
    reading: Mutex<Reading>,
}

struct Reading {
    /// Beside the engine's own.
    connection: Connection,
    /// Where each table's reader goes on; everything before was handed out.
    positions: BTreeMap<String, String>,
}

impl Streams {
    /// The streams of the database at `location`, which the engine has opened.
    pub(super) fn open(location: &str, engine: &dynoxide::Database) -> Result<Self, DatabaseError> {
        let action = "open the database beside its engine";
        let connection = Connection::open(location).map_err(DatabaseError::of(action))?;
        connection.execute_batch(INDEX).map_err(DatabaseError::of(action))?;
        let reading = Mutex::new(Reading { connection, positions: BTreeMap::new() });
        Ok(Self { engine: engine.clone(), reading })
    }

    /// Deletes what was handed out before, and hands out what came after.
    pub(super) fn read(&self, table: &str) -> Result<Vec<EventRecord>, DatabaseError> {
        let action = "read a stream";
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let from = match reading.positions.get(table) {
            Some(position) => {
                reading.delete_before(position)?;
                position.clone()
            }
            None => encode_shard_iterator(table, &shard_id(table), 0),
        };
        let request = GetRecordsRequest { shard_iterator: from, limit: Some(AT_ONCE) };
        let found = self.engine.get_records(request).map_err(DatabaseError::of(action))?;
        let records = found.records.iter().map(event).collect::<Result<Vec<_>, _>>();
        let records = records.map_err(DatabaseError::of(action))?;
        match found.next_shard_iterator {
            Some(next) if !records.is_empty() => reading.positions.insert(table.to_owned(), next),
            // Nothing was handed out, so there is nothing to delete the next time.
            Some(_) | None => reading.positions.remove(table),
        };
        Ok(records)
    }
}

impl Reading {
    fn delete_before(&self, position: &str) -> Result<(), DatabaseError> {
        let Some((table, _, last)) = decode_shard_iterator(position) else { return Ok(()) };
        let deleted = self.connection.execute(DELETE, params![table, last]);
        deleted.map_err(DatabaseError::of("delete changes that have been dealt with"))?;
        Ok(())
    }
}

#[cfg(test)]
impl Streams {
    /// The one number that the second connection answers.
    pub(super) fn ask(&self, query: &str) -> u32 {
        self.ask_column(0, query)
    }

    /// One column of the first row that the second connection answers.
    pub(super) fn ask_column<T: rusqlite::types::FromSql>(&self, column: usize, query: &str) -> T {
        let reading = self.reading.lock().unwrap();
        reading.connection.query_row(query, [], |row| row.get(column)).unwrap()
    }
}

/// The record in the shape in which Lambda gets it.
fn event(record: &dynoxide::actions::get_records::Record) -> serde_json::Result<EventRecord> {
    serde_json::from_value(serde_json::to_value(record)?)
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}
