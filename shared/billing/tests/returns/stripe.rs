//! A Stripe of one intent, as far as refunds go: idempotency keys that replay whatever was answered, failures included, until they are
//! forgotten after 24 hours; refunds that are never more than was captured.

use std::collections::BTreeMap;

use billing::payment::{RefundRequest, RefundStatus, ReturnCall, ReturnFact, ShownRefund};
use jiff::Timestamp;

use crate::world::hours;

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
    /// Stripe fails before it does anything, and says so under the key from then on.
    FailedBefore,
    /// Stripe fails after it has done it.
    FailedAfter,
}

/// What the bank does with a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bank {
    Takes,
    WorksAndTakes,
    WorksAndFails,
    /// It takes it, and sends it back later.
    TakesAndSendsBack,
}

#[derive(Debug, Clone)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) minor: i64,
    pub(crate) status: RefundStatus,
    then: Bank,
}

#[derive(Debug, Default)]
pub(crate) struct Stripe {
    pub(crate) bank: Vec<Bank>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) captured: i64,
    /// What is answered under a key, and since when.
    pub(crate) keys: BTreeMap<String, (Timestamp, Option<ReturnFact>)>,
}

impl Stripe {
    pub(crate) fn call(&mut self, call: &ReturnCall, mishap: Mishap, now: Timestamp) -> ReturnFact {
        if matches!(mishap, Mishap::Lost | Mishap::Delayed) {
            return ReturnFact::Unanswered;
        }
        let answer = match call {
            ReturnCall::Create { request, .. } => self.create(request, mishap, now),
            ReturnCall::Find { request, .. } => {
                Some(self.shown(|refund| refund.key == request.key).map_or(ReturnFact::Missing, ReturnFact::Refund))
            }
            ReturnCall::Read { refund: id, .. } => {
                Some(self.shown(|refund| refund.id == *id).map_or(ReturnFact::Refused, ReturnFact::Refund))
            }
            ReturnCall::Disputes { .. } => Some(ReturnFact::Disputes(Vec::new())),
        };
        match mishap {
            Mishap::None => answer.unwrap_or(ReturnFact::Unanswered),
            Mishap::Lost | Mishap::ReplyLost | Mishap::Delayed | Mishap::FailedBefore | Mishap::FailedAfter => {
                ReturnFact::Unanswered
            }
        }
    }

    /// The banks finish their work; whether anything has changed.
    pub(crate) fn settle(&mut self) -> bool {
        let mut has_changed = false;
        for refund in &mut self.refunds {
            let ends = match refund.then {
                Bank::Takes | Bank::WorksAndTakes => RefundStatus::Succeeded,
                Bank::WorksAndFails | Bank::TakesAndSendsBack => RefundStatus::Failed("lost_or_stolen_card".to_owned()),
            };
            has_changed |= refund.status != ends;
            refund.status = ends;
        }
        has_changed
    }

    pub(crate) fn gone_minor(&self) -> i64 {
        let is_gone = |refund: &&Refund| matches!(refund.status, RefundStatus::Pending | RefundStatus::Succeeded);
        self.refunds.iter().filter(is_gone).map(|refund| refund.minor).sum()
    }

    fn create(&mut self, request: &RefundRequest, mishap: Mishap, now: Timestamp) -> Option<ReturnFact> {
        if let Some((_, answer)) = self.keys.get(&request.key).filter(|(since, _)| now < *since + hours(24)) {
            return answer.clone();
        }
        let answer = match mishap {
            Mishap::FailedBefore => None,
            _ if self.gone_minor() + request.amount.minor > self.captured => Some(ReturnFact::Refused),
            _ => {
                let then = if self.bank.is_empty() { Bank::Takes } else { self.bank.remove(0) };
                let status = match then {
                    Bank::Takes | Bank::TakesAndSendsBack => RefundStatus::Succeeded,
                    Bank::WorksAndTakes | Bank::WorksAndFails => RefundStatus::Pending,
                };
                let id = format!("re_{}", self.refunds.len() + 1);
                let (key, minor) = (request.key.clone(), request.amount.minor);
                self.refunds.push(Refund { id: id.clone(), key, minor, status: status.clone(), then });
                (mishap != Mishap::FailedAfter).then_some(ReturnFact::Refund(ShownRefund { id, status }))
            }
        };
        // A refusal of this kind is stored, too; it cannot be told from one that is not.
        self.keys.insert(request.key.clone(), (now, answer.clone()));
        answer
    }

    fn shown(&self, is_it: impl Fn(&Refund) -> bool) -> Option<ShownRefund> {
        let found = self.refunds.iter().find(|refund| is_it(refund))?;
        Some(ShownRefund { id: found.id.clone(), status: found.status.clone() })
    }
}
