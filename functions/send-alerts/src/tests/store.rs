//! Alerts in memory and people who get texts, giving way at every call, so that several workers can be interleaved.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use alerts::{Alert, AlertId, Publication, Resolution, Stage, Target};
use jiff::{SignedDuration, Timestamp};
use ports::{KeepAlerts, PortError, PublishAlerts, PublishError, Raised, Saved};

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The time of the tests, so many seconds on.
pub(super) fn seconds(seconds: i64) -> Timestamp {
    at("2026-06-01T10:01:00Z") + SignedDuration::from_secs(seconds)
}

/// Runs a future whose every wait is over at once.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// Runs futures side by side; `turns` says who goes on next.
pub(super) fn interleave(futures: Vec<impl Future>, turns: &[u8]) {
    let mut waiting: Vec<Pin<Box<_>>> = futures.into_iter().map(Box::pin).collect();
    let mut turns = turns.iter().copied().cycle();
    while !waiting.is_empty() {
        let turn = usize::from(turns.next().unwrap_or(0)) % waiting.len();
        if waiting[turn].as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            drop(waiting.remove(turn));
        }
    }
}

async fn give_way() {
    let mut waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// What goes wrong at a call, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing happens, and the caller is told so.
    Fails,
    /// It happens, but the caller is told that it did not.
    LosesItsAnswer,
    /// It will never be possible.
    Refuses,
}

#[derive(Default)]
struct State {
    alerts: BTreeMap<AlertId, Alert>,
    sent: Vec<(Target, Stage)>,
    faults: Vec<(&'static str, Fault)>,
    /// What resolves an alert as soon as somebody calls this.
    ends: Vec<(&'static str, AlertId, Resolution)>,
}

#[derive(Default)]
pub(super) struct Store(Mutex<State>);

impl Store {
    pub(super) fn with(alerts: &[Alert]) -> Self {
        let stored = |alert: &Alert| (alert.id.clone(), Alert { version: 1, ..alert.clone() });
        Self(Mutex::new(State { alerts: alerts.iter().map(stored).collect(), ..State::default() }))
    }

    fn look<T>(&self, see: impl FnOnce(&mut State) -> T) -> T {
        see(&mut self.0.lock().unwrap())
    }

    /// The next call of `name` goes wrong.
    pub(super) fn disturb(&self, name: &'static str, fault: Fault) {
        self.look(|state| state.faults.push((name, fault)));
    }

    /// The alert ends while somebody calls `name`.
    pub(super) fn end_during(&self, name: &'static str, id: &AlertId, end: Resolution) {
        self.look(|state| state.ends.push((name, id.clone(), end)));
    }

    /// What a write of its cause does: it reads nothing.
    pub(super) fn end(&self, id: &AlertId, end: Resolution) {
        self.look(|state| state.end(id, end));
    }

    pub(super) fn get(&self, id: &AlertId) -> Alert {
        self.look(|state| state.alerts[id].clone())
    }

    /// Every message that went out, as `target stage`.
    pub(super) fn sent(&self) -> Vec<String> {
        let line = |(target, stage): &(Target, Stage)| match target {
            Target::Operators => format!("operators {stage:?}"),
            Target::Phone(_) => format!("phone {stage:?}"),
            Target::Endpoint(_) => format!("endpoint {stage:?}"),
        };
        self.look(|state| state.sent.iter().map(line).collect())
    }

    async fn call<T>(&self, name: &'static str, work: impl FnOnce(&mut State) -> T) -> Result<T, Fault> {
        give_way().await;
        let answer = self.look(|state| {
            for (_, id, end) in state.ends.extract_if(.., |(during, ..)| *during == name).collect::<Vec<_>>() {
                state.end(&id, end);
            }
            let fault = state.faults.iter().position(|(disturbed, _)| *disturbed == name);
            match fault.map(|at| state.faults.remove(at).1) {
                None => Ok(work(state)),
                Some(fault @ (Fault::Fails | Fault::Refuses)) => Err(fault),
                Some(fault @ Fault::LosesItsAnswer) => {
                    work(state);
                    Err(fault)
                }
            }
        });
        give_way().await;
        answer
    }
}

impl State {
    fn end(&mut self, id: &AlertId, end: Resolution) {
        let alert = self.alerts.remove(id).unwrap();
        let version = alert.version + 1;
        let ended = Alert { version, due_at: Some(end.at), ..alert.resolved(end) };
        self.alerts.insert(id.clone(), ended);
    }
}

fn unanswered(action: &'static str) -> impl FnOnce(Fault) -> PortError {
    move |fault| PortError::new(action, format!("{fault:?}"))
}

impl KeepAlerts for Store {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        self.call("read", |state| state.alerts.get(id).cloned()).await.map_err(unanswered("read an alert"))
    }

    async fn raise(&self, _alert: &Alert) -> Result<Raised, PortError> {
        unreachable!("nobody here raises alerts")
    }

    async fn save_alert(&self, alert: &Alert) -> Result<Saved, PortError> {
        let save = |state: &mut State| match state.alerts.get_mut(&alert.id) {
            Some(stored) if stored.version == alert.version => {
                *stored = Alert { version: alert.version + 1, ..alert.clone() };
                Saved::Done
            }
            Some(_) | None => Saved::Conflict,
        };
        let name = if alert.claim.is_some() { "claim" } else { "record" };
        self.call(name, save).await.map_err(unanswered("save an alert"))
    }

    async fn mark_alert_due(&self, _id: &AlertId, _now: Timestamp) -> Result<(), PortError> {
        unreachable!("nobody here marks alerts")
    }
}

impl PublishAlerts for Store {
    async fn publish(&self, publication: &Publication) -> Result<(), PublishError> {
        let name = match publication.target {
            Target::Operators => "publish to operators",
            Target::Phone(_) | Target::Endpoint(_) => "publish to a driver",
        };
        let send = |state: &mut State| state.sent.push((publication.target.clone(), publication.stage));
        self.call(name, send).await.map_err(|fault| match fault {
            Fault::Fails | Fault::LosesItsAnswer => PublishError::Unavailable("no answer".into()),
            Fault::Refuses => PublishError::Refused("no such phone".into()),
        })
    }
}
