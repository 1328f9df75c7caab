//! The adapters on DynamoDB keep their promises, on the embedded database with the tables of the template.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what broke")]

use ::alerts::AlertId;
use ::messages::SessionId;
use aws::decode::{Undecodable, due_alert, due_debt};
use lambda::dynamodb::EventRecord;
use ports::Record;
use tests::conformance::waking::Woken;
use wattwarden::database::Database;
use wattwarden::template::{TEMPLATE, Topology};

async fn in_memory() -> Database {
    let topology = Topology::read(TEMPLATE).unwrap();
    Database::start(None, &topology.tables).await.unwrap()
}

macro_rules! on_the_embedded_database {
    ($($suite:ident { $($promise:ident)* })*) => {
        $(mod $suite {
            $(
                #[tokio::test]
                async fn $promise() {
                    let database = super::in_memory().await;
                    tests::conformance::$suite::$promise(database.tables()).await;
                }
            )*
        })*
    };
}

tests::each_promise!(on_the_embedded_database);

/// Reads the streams as the dispatcher does.
struct Streams<'a>(&'a Database);

impl Streams<'_> {
    async fn marked<T>(
        &self,
        table: &str,
        mark: &str,
        decode: impl Fn(&EventRecord) -> Result<Record<T>, Undecodable>,
    ) -> Vec<T> {
        let records = self.0.read_stream(table).await.unwrap();
        let marked = records.iter().filter(|record| record.change.new_image.contains_key(mark));
        marked.map(|record| decode(record).unwrap().body).collect()
    }
}

impl Woken for Streams<'_> {
    async fn collectors(&self) -> Vec<SessionId> {
        self.marked("sessions", "due_collect", due_debt).await
    }

    async fn publishers(&self) -> Vec<AlertId> {
        self.marked("alerts", "due_publish", due_alert).await
    }
}

macro_rules! on_the_streams {
    ($($promise:ident)*) => {
        mod waking {
            $(
                #[tokio::test]
                async fn $promise() {
                    let database = super::in_memory().await;
                    tests::conformance::waking::$promise(database.tables(), &super::Streams(&database)).await;
                }
            )*
        }
    };
}

tests::each_promise_of_waking!(on_the_streams);
