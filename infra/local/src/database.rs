//! DynamoDB in this process: `dynoxide` over `SQLite`, spoken to over HTTP on loopback by the same adapters as in the cloud.
//!
//! Beside the engine's own connection to its database stands a second one, for what the engine cannot do: the engine looks for the last
//! sequence number of a stream by reading every stream record, so that a write takes a hundred times longer once 20,000 of them have
//! piled up. An index answers that at once, and records that have been dealt with are deleted.
//!
//! In a file every acknowledged write is on the disk before it is acknowledged (write-ahead log, `synchronous = FULL`): it survives a
//! killed process and a power failure. In memory the database holds at most 1 GiB.

mod engine;
mod stream;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws::tables::{TableSpec, ensure};
use aws::{Clients, Credentials, Dynamo, Settings, Tables, Timeouts};
use lambda::dynamodb::EventRecord;
use ports::BoxError;

use engine::Engine;
use stream::Streams;

/// A reply may take as long on a machine that is busy with something else; in the same process, none is lost.
const TIMEOUTS: Timeouts = Timeouts::once(Duration::from_mins(10));

/// A database that could not be started or read.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Another process works with this file.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// Something else.
    #[error("failed to {action}")]
    Failed {
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: BoxError,
    },
}

impl DatabaseError {
    fn of<E: Into<BoxError>>(action: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Failed { action, source: error.into() }
    }
}

/// A running database; it stops when it is dropped.
#[derive(Debug)]
pub struct Database {
    settings: Settings,
    tables: Dynamo,
    streams: Arc<Streams>,
    engine: Engine,
    /// Held as long as the file is used; the operating system frees it when the process dies.
    _lock: Option<File>,
}

impl Database {
    /// Starts a database in this file, or in memory, and creates the tables that it does not have yet.
    ///
    /// # Errors
    /// [`DatabaseError`]; a file that another process has open is refused.
    pub async fn start(file: Option<&Path>, specs: &[TableSpec]) -> Result<Self, DatabaseError> {
        let lock = file.map(lock).transpose()?;
        let location = location(file)?;
        let engine = Engine::start(&location)?;
        let streams = Arc::new(Streams::open(&location, engine.handle())?);
        let settings = Settings {
            region: "local".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "the database of this machine"),
            endpoint: Some(engine.endpoint().to_owned()),
            timeouts: TIMEOUTS,
        };
        let tables = Clients::new(settings.clone()).tables(names());
        ensure(tables.client(), specs).await.map_err(DatabaseError::of("create the tables"))?;
        Ok(Self { settings, tables, streams, engine, _lock: lock })
    }

    /// The ports that are kept in it.
    #[must_use]
    pub fn tables(&self) -> &Dynamo {
        &self.tables
    }

    /// How clients reach it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The next changes of a table, in order; none when there are none. Whoever asks again has dealt with all that they were given
    /// before: it is deleted. What was not dealt with when the process ended is read again from the file.
    ///
    /// A stream has one reader. Its times are those of this machine, whatever clock the rest of the system goes by.
    ///
    /// # Errors
    /// [`DatabaseError`]; the same changes are handed out at the next call.
    pub async fn read_stream(&self, table: &str) -> Result<Vec<EventRecord>, DatabaseError> {
        let (streams, table) = (Arc::clone(&self.streams), table.to_owned());
        blocking("read a stream", move || streams.read(&table)).await
    }

    /// Deletes items whose time to live is over by the clock of this machine; says how many.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn delete_expired(&self) -> Result<usize, DatabaseError> {
        let action = "delete expired items";
        let engine = self.engine.handle().clone();
        blocking(action, move || engine.sweep_ttl().map_err(DatabaseError::of(action))).await
    }

    /// Stops it, and returns once nothing of it uses the file any more.
    pub async fn stop(self) {
        let Self { settings: _, tables, streams, engine, _lock } = self;
        drop((tables, streams));
        // A thread that cannot be joined has nothing left to stop.
        let _ = tokio::task::spawn_blocking(move || engine.stop()).await;
    }
}

/// Work on the database waits for its lock and for the disk, so it does not run on the threads of the runtime.
async fn blocking<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> Result<T, DatabaseError> + Send + 'static,
) -> Result<T, DatabaseError> {
    tokio::task::spawn_blocking(work).await.map_err(DatabaseError::of(action))?
}

/// Here tables are called what they are.
fn names() -> Tables {
    let name = str::to_owned;
    Tables {
        assets: name("assets"),
        connectors: name("connectors"),
        sessions: name("sessions"),
        receipts: name("receipts"),
        alerts: name("alerts"),
        quarantine: name("quarantine"),
    }
}

/// Makes this process the only one that works with the file: two would each deliver the same changes.
fn lock(file: &Path) -> Result<File, DatabaseError> {
    let action = "lock the database file";
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(DatabaseError::of("create the folder of the database"))?;
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let lock = File::options().create(true).append(true).open(name).map_err(DatabaseError::of(action))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(DatabaseError::InUse(file.to_owned())),
        Err(TryLockError::Error(error)) => Err(DatabaseError::of(action)(error)),
    }
}

/// What `SQLite` opens. A database in memory has a name of its own by which the second connection finds it.
fn location(file: Option<&Path>) -> Result<String, DatabaseError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let action = "name the database file";
    let Some(file) = file else {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        return Ok(format!("file:/wattwarden-{number}?vfs=memdb"));
    };
    // An absolute path cannot be taken for a URI.
    let path = std::path::absolute(file).map_err(DatabaseError::of(action))?;
    let text = path.into_os_string().into_string();
    text.map_err(|_| DatabaseError::of(action)("the path is not UTF-8"))
}

#[cfg(test)]
mod tests;
