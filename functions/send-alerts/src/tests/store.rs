//! Alerts in memory and people who get texts, giving way at every call, so that several workers can be interleaved.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use alerts::{Alert, AlertChange, AlertId, Publication, Resolution, Stage, Target};
use jiff::{SignedDuration, Timestamp};
use models::Tables;
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
    sent: Vec<(Target, Stage)>,
    faults: Vec<(&'static str, Fault)>,
    /// What resolves an alert as soon as somebody calls this.
    ends: Vec<(&'static str, AlertId, Resolution)>,
}

#[derive(Default)]
pub(super) struct Store {
    tables: Tables,
    state: Mutex<State>,
}

impl Store {
    pub(super) fn with(alerts: &[Alert]) -> Self {
        let store = Self::default();
        store.tables.change_alerts(&alerts.iter().cloned().map(AlertChange::open).collect::<Vec<_>>());
        store
    }

    fn look<T>(&self, see: impl FnOnce(&mut State) -> T) -> T {
        see(&mut self.state.lock().unwrap())
    }

    /// The next call of `name` goes wrong.
    pub(super) fn disturb(&self, name: &'static str, fault: Fault) {
        self.look(|state| state.faults.push((name, fault)));
    }

    /// The alert ends while somebody calls `name`.
    pub(super) fn end_during(&self, name: &'static str, id: &AlertId, end: Resolution) {
        self.look(|state| state.ends.push((name, id.clone(), end)));
    }

    /// What a write of its cause does.
    pub(super) fn end(&self, id: &AlertId, end: &Resolution) {
        self.tables.change_alerts(&[AlertChange::resolve(id.clone(), end.ending, end.at, end.at)]);
    }

    pub(super) fn get(&self, id: &AlertId) -> Alert {
        block_on(self.tables.alert(id)).unwrap().unwrap()
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

    async fn call<T>(&self, name: &'static str, work: impl Future<Output = T>) -> Result<T, Fault> {
        give_way().await;
        for (_, id, end) in
            self.look(|state| state.ends.extract_if(.., |(during, ..)| *during == name).collect::<Vec<_>>())
        {
            self.end(&id, &end);
        }
        let fault = self.look(|state| {
            let position = state.faults.iter().position(|(disturbed, _)| *disturbed == name);
            position.map(|at| state.faults.remove(at).1)
        });
        let answer = match fault {
            None => Ok(work.await),
            Some(fault @ (Fault::Fails | Fault::Refuses)) => Err(fault),
            Some(fault @ Fault::LosesItsAnswer) => {
                work.await;
                Err(fault)
            }
        };
        give_way().await;
        answer
    }
}

fn unanswered(fault: Fault) -> PortError {
    PortError::new("reach the store", format!("{fault:?}"))
}

impl KeepAlerts for Store {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        self.call("read", self.tables.alert(id)).await.map_err(unanswered)?
    }

    async fn raise(&self, _alert: &Alert) -> Result<Raised, PortError> {
        unreachable!("nobody here raises alerts")
    }

    async fn save_alert(&self, alert: &Alert) -> Result<Saved, PortError> {
        let name = if alert.claim.is_some() { "claim" } else { "record" };
        self.call(name, self.tables.save_alert(alert)).await.map_err(unanswered)?
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
        let send = async { self.look(|state| state.sent.push((publication.target.clone(), publication.stage))) };
        self.call(name, send).await.map_err(|fault| match fault {
            Fault::Fails | Fault::LosesItsAnswer => PublishError::Unavailable("no answer".into()),
            Fault::Refuses => PublishError::Refused("no such phone".into()),
        })
    }
}
