//! The adapters on DynamoDB keep their promises, on the embedded database with the tables of the template.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what broke")]

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
