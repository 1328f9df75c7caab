//! What happens, as it happens: one line per fact for whoever watches `up`, and what `demo` shows as progress.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use billing::money::Money;
use billing::payment::{CardRequest, Debt, Hold};
use billing::session::{Head, SessionState};
use jiff::Timestamp;
use lambda::dynamodb::EventRecord;
use messages::{DriverId, HoldId, SessionId, StationId};
use serde::Serialize;
use serde_dynamo::AttributeValue;
use tokio::sync::broadcast;

/// How many facts may wait for a slow watcher before it misses some.
const WAITING: usize = 4096;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fact", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Fact {
    /// A session was opened.
    SessionStarted {
        /// Which.
        session: SessionId,
        /// When, by the station's clock.
        at: Option<Timestamp>,
    },
    /// A session was priced.
    SessionBilled {
        /// Which.
        session: SessionId,
        /// Energy, Wh.
        energy_wh: i64,
        /// What it costs, VAT included.
        total: Option<Money>,
    },
    /// A session waits for a person.
    SessionHeld {
        /// Which.
        session: SessionId,
    },
    /// A payment went on.
    Payment {
        /// For which session.
        session: SessionId,
        /// How far it has come.
        state: &'static str,
        /// How much is owed.
        amount: Money,
    },
    /// A hold went on.
    Hold {
        /// Which.
        hold: HoldId,
        /// For which session, once one has begun.
        session: Option<SessionId>,
        /// How far it has come.
        state: &'static str,
        /// How much is held.
        amount: Money,
    },
    /// A driver who is asked for a card went on.
    Card {
        /// Who.
        driver: DriverId,
        /// How far it has come.
        state: &'static str,
    },
    /// Somebody was told something, in these words.
    Alert {
        /// When.
        at: Timestamp,
        /// To whom.
        to: String,
        /// The channel.
        channel: &'static str,
        /// The subject of an e-mail.
        subject: String,
        /// What they read.
        text: String,
    },
    /// A simulated station has done everything in its plan.
    StationDone {
        /// Which.
        station: StationId,
    },
}

/// Where facts are announced.
#[derive(Debug)]
pub struct Facts {
    sender: broadcast::Sender<Fact>,
    /// The last state of each item that was announced: a stream tells every write, a watcher wants changes.
    last: Mutex<BTreeMap<(&'static str, String), &'static str>>,
}

impl Default for Facts {
    fn default() -> Self {
        Self { sender: broadcast::channel(WAITING).0, last: Mutex::default() }
    }
}

impl Facts {
    /// Watches from now on.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Fact> {
        self.sender.subscribe()
    }

    /// Announces a fact; nobody has to listen.
    pub fn announce(&self, fact: Fact) {
        let _ = self.sender.send(fact);
    }

    /// Announces what a change of a table means, when it says something new.
    pub fn change(&self, table: &str, record: &EventRecord) {
        let text = |attribute: &str| match record.change.new_image.get(attribute) {
            Some(AttributeValue::S(text)) => Some(text.as_str()),
            _ => None,
        };
        match (table, text("sk"), text("body")) {
            ("sessions", Some("head"), Some(body)) => {
                if let Ok(head) = serde_json::from_str::<Head>(body) {
                    self.session(&head);
                }
            }
            ("sessions", Some("debt"), Some(body)) => {
                if let Ok(debt) = serde_json::from_str::<Debt>(body) {
                    self.payment(&debt);
                }
            }
            ("sessions", Some("hold"), Some(body)) => {
                if let Ok(hold) = serde_json::from_str::<Hold>(body) {
                    self.hold(hold);
                }
            }
            ("sessions", Some("card"), Some(body)) => {
                if let Ok(request) = serde_json::from_str::<CardRequest>(body) {
                    self.card(request);
                }
            }
            _ => {}
        }
    }

    fn session(&self, head: &Head) {
        let (word, fact) = match head.state {
            SessionState::Open => ("open", Fact::SessionStarted { session: head.session.clone(), at: head.started_at }),
            SessionState::Ended => return,
            SessionState::Billed => {
                let energy_wh = head.energy_wh.unwrap_or_default();
                ("billed", Fact::SessionBilled { session: head.session.clone(), energy_wh, total: head.total })
            }
            SessionState::Review => ("review", Fact::SessionHeld { session: head.session.clone() }),
        };
        if self.is_new("session", &head.session, word) {
            self.announce(fact);
        }
    }

    fn payment(&self, debt: &Debt) {
        let state = debt.state.as_str();
        if self.is_new("payment", &debt.session, state) {
            self.announce(Fact::Payment { session: debt.session.clone(), state, amount: debt.amount });
        }
    }

    fn hold(&self, hold: Hold) {
        let state = hold.state.as_str();
        if self.is_new("hold", &hold.id, state) {
            self.announce(Fact::Hold { hold: hold.id, session: hold.session, state, amount: hold.amount });
        }
    }

    fn card(&self, request: CardRequest) {
        let (driver, state) = (request.order.driver, request.state.as_str());
        if self.is_new("card", &driver, state) {
            self.announce(Fact::Card { driver, state });
        }
    }

    fn is_new(&self, item: &'static str, id: &impl ToString, state: &'static str) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert((item, id.to_string()), state) != Some(state)
    }
}
