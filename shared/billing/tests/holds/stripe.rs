//! A Stripe of one customer as far as holds go: keys that replay whatever was answered until they are forgotten after 24 hours, money that
//! is held until a time, captured at most once, and released.

use std::collections::BTreeMap;

use billing::payment::{HeldIntent, HoldCall, HoldFact, Intent, IntentStatus};
use jiff::Timestamp;

use crate::fixture::{decline, hours};

/// What the bank says to a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bank {
    Holds,
    Declines,
    WantsDriver,
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
    Fact(HoldFact),
    Failed,
}

#[derive(Debug)]
pub(crate) struct Stripe {
    pub(crate) intents: BTreeMap<String, HeldIntent>,
    keys: BTreeMap<String, (Reply, Timestamp)>,
    pub(crate) bank: Bank,
    /// How long money is held, hours.
    pub(crate) holds_h: i64,
    /// Every capture: the intent and the amount.
    pub(crate) captures: Vec<(String, i64)>,
}

impl Stripe {
    pub(crate) fn new(bank: Bank) -> Self {
        Self { intents: BTreeMap::new(), keys: BTreeMap::new(), bank, holds_h: 7 * 24, captures: Vec::new() }
    }

    pub(crate) fn call(&mut self, call: &HoldCall, mishap: Mishap, now: Timestamp) -> HoldFact {
        self.expire(now);
        let reply = match mishap {
            Mishap::Lost | Mishap::Delayed => return call.unanswered(),
            Mishap::NotTaken => return HoldFact::NotTaken,
            Mishap::None | Mishap::ReplyLost | Mishap::FailedBefore | Mishap::FailedAfter => match call {
                HoldCall::Create { key, .. }
                | HoldCall::Confirm { key, .. }
                | HoldCall::Capture { key, .. }
                | HoldCall::Cancel { key, .. } => self.write(key, call, mishap, now),
                HoldCall::Find { .. } | HoldCall::Read { .. } if mishap == Mishap::None => Reply::Fact(self.read(call)),
                HoldCall::Find { .. } | HoldCall::Read { .. } => Reply::Failed,
            },
        };
        match reply {
            Reply::Fact(fact) if mishap != Mishap::ReplyLost => fact,
            Reply::Fact(_) | Reply::Failed => call.unanswered(),
        }
    }

    fn write(&mut self, key: &str, call: &HoldCall, mishap: Mishap, now: Timestamp) -> Reply {
        self.keys.retain(|_, (_, used_at)| now < *used_at + hours(24));
        if let Some((reply, _)) = self.keys.get(key) {
            return reply.clone();
        }
        if mishap != Mishap::FailedBefore && self.refuses(call) {
            return Reply::Fact(HoldFact::Refused);
        }
        let fact = if mishap == Mishap::FailedBefore { HoldFact::Unknown } else { self.effect(call, now) };
        let failed = matches!(mishap, Mishap::FailedBefore | Mishap::FailedAfter);
        let reply = if failed { Reply::Failed } else { Reply::Fact(fact) };
        self.keys.insert(key.to_owned(), (reply.clone(), now));
        reply
    }

    /// What fails validation, and is not remembered.
    fn refuses(&self, call: &HoldCall) -> bool {
        let status = |intent: &String| self.intents.get(intent).map(|held| held.intent.status);
        match call {
            HoldCall::Create { .. } | HoldCall::Find { .. } | HoldCall::Read { .. } => false,
            HoldCall::Confirm { intent, .. } => !matches!(
                status(intent),
                Some(IntentStatus::RequiresConfirmation | IntentStatus::RequiresPaymentMethod)
            ),
            HoldCall::Capture { intent, .. } => status(intent) != Some(IntentStatus::RequiresCapture),
            HoldCall::Cancel { intent, .. } => {
                matches!(status(intent), None | Some(IntentStatus::Canceled | IntentStatus::Succeeded))
            }
        }
    }

    fn effect(&mut self, call: &HoldCall, now: Timestamp) -> HoldFact {
        match call {
            HoldCall::Create { .. } => {
                let id = format!("pi_{}", self.intents.len() + 1);
                let status = IntentStatus::RequiresConfirmation;
                let intent = Intent { id: id.clone(), status, received_minor: 0, last_decline: None };
                self.intents.insert(id.clone(), HeldIntent { intent, capture_before: None });
                self.shown(&id)
            }
            HoldCall::Confirm { intent, .. } => self.ask_bank(intent, now),
            HoldCall::Capture { intent, amount, .. } => {
                self.captures.push((intent.clone(), amount.minor));
                let held = self.held(intent);
                held.intent.status = IntentStatus::Succeeded;
                held.intent.received_minor = amount.minor;
                self.shown(intent)
            }
            HoldCall::Cancel { intent, .. } => {
                self.held(intent).intent.status = IntentStatus::Canceled;
                self.shown(intent)
            }
            HoldCall::Find { .. } | HoldCall::Read { .. } => panic!("a read has no effect"),
        }
    }

    fn ask_bank(&mut self, id: &str, now: Timestamp) -> HoldFact {
        let end = now + hours(self.holds_h);
        let bank = self.bank;
        let held = self.held(id);
        match bank {
            Bank::Holds => {
                held.intent.status = IntentStatus::RequiresCapture;
                held.capture_before = Some(end);
            }
            Bank::WantsDriver => held.intent.status = IntentStatus::RequiresAction,
            Bank::Declines => {
                held.intent.status = IntentStatus::RequiresPaymentMethod;
                held.intent.last_decline = Some(decline("insufficient_funds"));
                return HoldFact::Declined(decline("insufficient_funds"));
            }
        }
        self.shown(id)
    }

    /// The driver authenticates what waits for them.
    pub(crate) fn driver_acts(&mut self, now: Timestamp) {
        for held in self.intents.values_mut().filter(|held| held.intent.status == IntentStatus::RequiresAction) {
            held.intent.status = IntentStatus::RequiresCapture;
            held.capture_before = Some(now + hours(self.holds_h));
        }
    }

    fn expire(&mut self, now: Timestamp) {
        for held in self.intents.values_mut().filter(|held| held.intent.status == IntentStatus::RequiresCapture) {
            if held.capture_before.is_some_and(|end| end < now) {
                held.intent.status = IntentStatus::Canceled;
            }
        }
    }

    fn held(&mut self, id: &str) -> &mut HeldIntent {
        self.intents.get_mut(id).unwrap()
    }

    fn shown(&self, id: &str) -> HoldFact {
        HoldFact::Shown(self.intents[id].clone())
    }

    fn read(&self, call: &HoldCall) -> HoldFact {
        let (found, otherwise) = match call {
            HoldCall::Read { intent } => (self.intents.get(intent), HoldFact::Refused),
            HoldCall::Find { .. }
            | HoldCall::Create { .. }
            | HoldCall::Confirm { .. }
            | HoldCall::Capture { .. }
            | HoldCall::Cancel { .. } => (self.intents.values().next(), HoldFact::Missing),
        };
        found.map_or(otherwise, |held| HoldFact::Shown(held.clone()))
    }
}
