//! What a station does when it is told to.

use crate::contract::{Command, CommandOutcome, StoppedReason};
use crate::model::{Output, StationModel};
use jiff::Timestamp;

/// How a command is answered, and what it brought about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Obeyed {
    pub(crate) outcome: CommandOutcome,
    pub(crate) detail: Option<String>,
    pub(crate) outputs: Vec<Output>,
}

impl Obeyed {
    pub(crate) fn accepted(detail: Option<&str>) -> Self {
        Self { outcome: CommandOutcome::Accepted, detail: detail.map(str::to_owned), outputs: Vec::new() }
    }

    pub(crate) fn rejected(detail: &str) -> Self {
        Self { outcome: CommandOutcome::Rejected, detail: Some(detail.to_owned()), outputs: Vec::new() }
    }
}

/// Does what is asked, if it can be done and the time for it has not passed.
pub(crate) fn obey(model: &mut StationModel, command: &Command, now: Timestamp) -> Obeyed {
    if command.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Obeyed { outcome: CommandOutcome::Expired, detail: None, outputs: Vec::new() };
    }
    match command.kind.as_str() {
        "stopTransaction" => stop_transaction(model, command),
        "setUnavailable" => set_available(model, command, false),
        "setAvailable" => set_available(model, command, true),
        "limitCurrent" => limit_current(model, command),
        "startTransaction" | "unlock" | "reset" => Obeyed::rejected("not supported"),
        _ => Obeyed::rejected("unknown command"),
    }
}

fn stop_transaction(model: &mut StationModel, command: &Command) -> Obeyed {
    let Some(transaction_id) = &command.transaction_id else { return Obeyed::rejected("transactionId is missing") };
    let outputs = model.stop(transaction_id, StoppedReason::Remote);
    if outputs.is_empty() {
        return Obeyed::rejected("no such transaction is running");
    }
    Obeyed { outputs, ..Obeyed::accepted(None) }
}

fn set_available(model: &mut StationModel, command: &Command, is_available: bool) -> Obeyed {
    let evses = model.addressed(command.evse_id);
    if evses.is_empty() {
        return Obeyed::rejected("no such EVSE");
    }
    let is_scheduled = !is_available && evses.iter().any(|evse| evse.is_in_use());
    for evse in evses {
        evse.set_available(is_available);
    }
    Obeyed::accepted(is_scheduled.then_some("after the running transaction"))
}

fn limit_current(model: &mut StationModel, command: &Command) -> Obeyed {
    let Some(limit_a) = command.limit_a.filter(|limit_a| *limit_a >= 0.0) else {
        return Obeyed::rejected("limitA is missing or negative");
    };
    let evses = model.addressed(command.evse_id);
    if evses.is_empty() {
        return Obeyed::rejected("no such EVSE");
    }
    for evse in evses {
        evse.limit(limit_a);
    }
    Obeyed::accepted(None)
}
