//! Who keeps the promises of the ports: the adapters on DynamoDB, on the embedded database with the tables of the template, and the models
//! that simulations run on.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what broke")]

mod at_stripe;

use std::cell::RefCell;

use ::alerts::AlertId;
use ::messages::{DriverId, HoldId, SessionId};
use aws::decode::{Undecodable, due_alert, due_payment};
use lambda::dynamodb::EventRecord;
use ports::{Payable, Record};
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

macro_rules! on_the_model {
    ($($suite:ident { $($promise:ident)* })*) => {
        mod on_the_model {
            $(mod $suite {
                $(
                    #[tokio::test]
                    async fn $promise() {
                        tests::conformance::$suite::$promise(&models::Tables::default()).await;
                    }
                )*
            })*
        }
    };
}

tests::each_promise!(on_the_model);

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
        let marked = self.marked("sessions", "due_collect", due_payment).await.into_iter();
        let debts = marked.filter_map(|payable| match payable {
            Payable::Debt(session) => Some(session),
            Payable::Hold(_) | Payable::Card(_) => None,
        });
        debts.collect()
    }

    async fn holders(&self) -> Vec<HoldId> {
        let marked = self.marked("sessions", "due_collect", due_payment).await.into_iter();
        let holds = marked.filter_map(|payable| match payable {
            Payable::Hold(hold) => Some(hold),
            Payable::Debt(_) | Payable::Card(_) => None,
        });
        holds.collect()
    }

    async fn savers(&self) -> Vec<DriverId> {
        let marked = self.marked("sessions", "due_collect", due_payment).await.into_iter();
        let cards = marked.filter_map(|payable| match payable {
            Payable::Card(driver) => Some(driver),
            Payable::Debt(_) | Payable::Hold(_) => None,
        });
        cards.collect()
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

/// What the model has told, of which one half is asked for at a time.
struct Marks<'a> {
    tables: &'a models::Tables,
    told: RefCell<Vec<models::Woken>>,
}

impl Marks<'_> {
    fn take<T>(&self, wanted: impl Fn(&models::Woken) -> Option<T>) -> Vec<T> {
        let mut told = self.told.borrow_mut();
        told.extend(self.tables.drain_woken());
        let taken = told.iter().filter_map(&wanted).collect();
        told.retain(|woken| wanted(woken).is_none());
        taken
    }
}

impl Woken for Marks<'_> {
    async fn collectors(&self) -> Vec<SessionId> {
        self.take(|woken| match woken {
            models::Woken::Debt(session) => Some(session.clone()),
            models::Woken::Hold(_) | models::Woken::Card(_) | models::Woken::Alert(_) => None,
        })
    }

    async fn holders(&self) -> Vec<HoldId> {
        self.take(|woken| match woken {
            models::Woken::Hold(hold) => Some(hold.clone()),
            models::Woken::Debt(_) | models::Woken::Card(_) | models::Woken::Alert(_) => None,
        })
    }

    async fn savers(&self) -> Vec<DriverId> {
        self.take(|woken| match woken {
            models::Woken::Card(driver) => Some(driver.clone()),
            models::Woken::Debt(_) | models::Woken::Hold(_) | models::Woken::Alert(_) => None,
        })
    }

    async fn publishers(&self) -> Vec<AlertId> {
        self.take(|woken| match woken {
            models::Woken::Debt(_) | models::Woken::Hold(_) | models::Woken::Card(_) => None,
            models::Woken::Alert(id) => Some(id.clone()),
        })
    }
}

macro_rules! on_the_marks_of_the_model {
    ($($promise:ident)*) => {
        mod waking_on_the_model {
            $(
                #[tokio::test]
                async fn $promise() {
                    let tables = models::Tables::default();
                    let marks = super::Marks { tables: &tables, told: super::RefCell::default() };
                    tests::conformance::waking::$promise(&tables, &marks).await;
                }
            )*
        }
    };
}

tests::each_promise_of_waking!(on_the_marks_of_the_model);
