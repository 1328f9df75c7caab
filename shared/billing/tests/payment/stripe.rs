//! A Stripe of one customer, as far as its documentation tells: idempotency keys that replay whatever was answered, failures
//! included, until they are forgotten after 24 hours; an intent that succeeds at most once; a bank that says what the test wants.

use std::collections::BTreeMap;

use billing::payment::{Call, Decline, Fact, Intent, IntentStatus};
use jiff::Timestamp;

use crate::fixture::{decline, hours};

/// What the bank says to a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bank {
    Pays,
    DeclinesForNow,
    DeclinesForGood,
    WantsDriver,
    WorksAndPays,
    WorksAndDeclines,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    None,
    /// It never arrives.
    Lost,
    /// It arrives, the reply does not.
    ReplyLost,
    /// It arrives after the next one.
    Delayed,
    /// Stripe fails before it does anything.
    FailedBefore,
    /// Stripe fails after it has done it.
    FailedAfter,
    /// 429, 409 or no connection.
    NotTaken,
}

#[derive(Debug, Clone)]
enum Reply {
    Fact(Fact),
    Failed,
}

#[derive(Debug, Default)]
pub(crate) struct Stripe {
    pub(crate) intents: BTreeMap<String, Intent>,
    keys: BTreeMap<String, (Reply, Timestamp)>,
    created: BTreeMap<String, Timestamp>,
    working: Vec<(String, Bank)>,
    pub(crate) bank: Vec<Bank>,
    /// Every intent that paid, each time it did.
    pub(crate) captures: Vec<String>,
    /// How many tries the bank has declined.
    pub(crate) declines: u32,
}

impl Stripe {
    pub(crate) fn call(&mut self, call: &Call, mishap: Mishap, now: Timestamp) -> Fact {
        let reply = match mishap {
            Mishap::Lost | Mishap::Delayed => return call.unanswered(),
            Mishap::NotTaken => return Fact::NotTaken,
            Mishap::None | Mishap::ReplyLost | Mishap::FailedBefore | Mishap::FailedAfter => match call {
                Call::Create { key, .. } | Call::Confirm { key, .. } | Call::Cancel { key, .. } => {
                    self.write(key, call, mishap, now)
                }
                Call::Find { .. } | Call::Read { .. } if mishap == Mishap::None => Reply::Fact(self.read(call)),
                Call::Find { .. } | Call::Read { .. } => Reply::Failed,
            },
        };
        match reply {
            Reply::Fact(fact) if mishap != Mishap::ReplyLost => fact,
            Reply::Fact(_) | Reply::Failed => call.unanswered(),
        }
    }

    fn write(&mut self, key: &str, call: &Call, mishap: Mishap, now: Timestamp) -> Reply {
        self.keys.retain(|_, (_, used_at)| now < *used_at + hours(24));
        if let Some((reply, _)) = self.keys.get(key) {
            return reply.clone();
        }
        if mishap != Mishap::FailedBefore && self.refuses(call) {
            return Reply::Fact(Fact::Refused);
        }
        let fact = if mishap == Mishap::FailedBefore { Fact::Unknown } else { self.effect(call, now) };
        let failed = matches!(mishap, Mishap::FailedBefore | Mishap::FailedAfter);
        let reply = if failed { Reply::Failed } else { Reply::Fact(fact) };
        self.keys.insert(key.to_owned(), (reply.clone(), now));
        reply
    }

    /// What fails validation, and is not remembered.
    fn refuses(&self, call: &Call) -> bool {
        let (Call::Confirm { intent, .. } | Call::Cancel { intent, .. }) = call else { return false };
        !self.intents.get(intent).is_some_and(|intent| {
            matches!(intent.status, IntentStatus::RequiresConfirmation | IntentStatus::RequiresPaymentMethod)
        })
    }

    fn effect(&mut self, call: &Call, now: Timestamp) -> Fact {
        match call {
            Call::Create { .. } => {
                let id = format!("pi_{}", self.intents.len() + 1);
                let status = IntentStatus::RequiresConfirmation;
                let intent = Intent { id: id.clone(), status, received_minor: 0, last_decline: None };
                self.created.insert(id.clone(), now);
                self.intents.insert(id, intent.clone());
                Fact::Shown(intent)
            }
            Call::Confirm { intent, .. } => self.ask_bank(intent),
            Call::Cancel { intent, .. } => {
                self.intent(intent).status = IntentStatus::Canceled;
                Fact::Shown(self.intent(intent).clone())
            }
            Call::Find { .. } | Call::Read { .. } => panic!("a read has no effect"),
        }
    }

    fn ask_bank(&mut self, id: &str) -> Fact {
        let says = if self.bank.is_empty() { Bank::Pays } else { self.bank.remove(0) };
        match says {
            Bank::Pays => self.pay(id),
            Bank::DeclinesForNow => return Fact::Declined(self.refuse_payment(id, "insufficient_funds")),
            Bank::DeclinesForGood => return Fact::Declined(self.refuse_payment(id, "stolen_card")),
            Bank::WantsDriver => {
                self.refuse_payment(id, "authentication_required");
                return Fact::NeedsDriver;
            }
            Bank::WorksAndPays | Bank::WorksAndDeclines => {
                self.working.push((id.to_owned(), says));
                self.intent(id).status = IntentStatus::Processing;
            }
        }
        Fact::Shown(self.intent(id).clone())
    }

    fn intent(&mut self, id: &str) -> &mut Intent {
        self.intents.get_mut(id).unwrap()
    }

    pub(crate) fn pay(&mut self, id: &str) {
        let intent = self.intent(id);
        intent.status = IntentStatus::Succeeded;
        intent.received_minor = 1_234;
        self.captures.push(id.to_owned());
    }

    fn refuse_payment(&mut self, id: &str, why: &str) -> Decline {
        self.declines += 1;
        let intent = self.intent(id);
        intent.status = IntentStatus::RequiresPaymentMethod;
        intent.last_decline = Some(decline(why));
        decline(why)
    }

    fn read(&self, call: &Call) -> Fact {
        let (found, otherwise) = match call {
            Call::Read { intent } => (self.intents.get(intent), Fact::Refused),
            Call::Find { since, .. } => {
                (self.intents.values().find(|intent| self.created[&intent.id] >= *since), Fact::Missing)
            }
            Call::Create { .. } | Call::Confirm { .. } | Call::Cancel { .. } => (None, Fact::Missing),
        };
        found.map_or(otherwise, |intent| Fact::Shown(intent.clone()))
    }

    /// The bank has finished its work.
    pub(crate) fn settle(&mut self) {
        for (id, says) in std::mem::take(&mut self.working) {
            if says == Bank::WorksAndPays {
                self.pay(&id);
            } else {
                self.refuse_payment(&id, "insufficient_funds");
            }
        }
    }

    /// The driver authenticates a payment that waits for them.
    pub(crate) fn driver_acts(&mut self) {
        let waits = |intent: &&mut Intent| {
            intent.status == IntentStatus::RequiresPaymentMethod
                && intent.last_decline == Some(decline("authentication_required"))
        };
        if let Some(id) = self.intents.values_mut().find(waits).map(|intent| intent.id.clone()) {
            self.pay(&id);
        }
    }
}
