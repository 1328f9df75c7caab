//! A small store in memory that gives way at every call, so that several workers can be interleaved.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use alerts::stock::Stock;
use alerts::{Alert, AlertChange, AlertId, Fact, StockFact};
use jiff::Timestamp;
use messages::{Ack, AckResult, Envelope, ItemId, SiteId, StationId};
use ports::{
    AnswerStations, KeepAlerts, KeepQuarantine, KeepStock, PortError, Quarantined, Raised, ReadStations, Record, Saved,
    Site, Station, StockMove, StockSaved,
};

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn envelope(station: &str, kind: &str, data: &[u8]) -> Envelope {
    Envelope {
        data: data.to_vec(),
        topic: format!("ev/v1/{station}/{kind}"),
        client: station.to_owned(),
        received_at: at("2026-06-01T10:00:30Z"),
    }
}

pub(super) fn record(id: &str, body: Envelope) -> Record<Envelope> {
    Record { id: id.to_owned(), body }
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
pub(super) fn interleave<T>(futures: Vec<impl Future<Output = T>>, turns: &[u8]) -> Vec<T> {
    let mut waiting: Vec<Pin<Box<_>>> = futures.into_iter().map(Box::pin).collect();
    let mut done = Vec::new();
    let mut turns = turns.iter().copied().cycle();
    while !waiting.is_empty() {
        let turn = usize::from(turns.next().unwrap_or(0)) % waiting.len();
        if let Poll::Ready(value) = waiting[turn].as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            done.push(value);
            drop(waiting.remove(turn));
        }
    }
    done
}

async fn give_way() {
    let mut waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[derive(Default)]
struct State {
    stations: BTreeMap<StationId, Station>,
    sites: BTreeMap<SiteId, Site>,
    stock: Option<Stock>,
    applied: BTreeSet<(StationId, String)>,
    alerts: BTreeMap<AlertId, Alert>,
    quarantine: BTreeMap<String, Quarantined>,
    acks: Vec<(StationId, Ack)>,
    saves: Vec<StockSaved>,
    failing: BTreeMap<&'static str, usize>,
    conflicts: usize,
}

pub(super) struct Store(Mutex<State>);

impl Store {
    /// A site with two registered stations, and so many of their spare.
    pub(super) fn with_stock(on_hand: i64, threshold: i64) -> Self {
        let site: Site = serde_json::from_str(
            r#"{"id":"harbour","name":"Harbour Garage","timeZone":"Europe/Berlin","currency":"EUR",
                "seller":{"name":"Seller","vatId":null,"address":"Street 1","contact":null}}"#,
        )
        .unwrap();
        let station: Station = serde_json::from_str(
            r#"{"id":"station-001","siteId":"harbour","connectors":[
                {"evseId":1,"connectorId":1,"part":"cable-type2-5m"},{"evseId":2,"connectorId":1,"part":"cable-ccs2-5m"}]}"#,
        )
        .unwrap();
        let item: ItemId = "cable-type2-5m".parse().unwrap();
        Self(Mutex::new(State {
            stock: Some(Stock { version: 1, ..Stock::new(site.id.clone(), item, on_hand, threshold) }),
            sites: BTreeMap::from([(site.id.clone(), site)]),
            stations: ["station-001", "station-002"]
                .map(|id| Station { id: id.parse().unwrap(), ..station.clone() })
                .map(|station| (station.id.clone(), station))
                .into(),
            ..State::default()
        }))
    }

    fn look<T>(&self, see: impl FnOnce(&mut State) -> T) -> T {
        see(&mut self.0.lock().unwrap())
    }

    /// Does what a port does: gives way, fails if it is told to, and gives way again before it answers.
    async fn call<T>(&self, name: &'static str, work: impl FnOnce(&mut State) -> T) -> Result<T, PortError> {
        give_way().await;
        let answer = self.look(|state| match state.failing.get_mut(name) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Err(PortError::new(name, "it did not answer"))
            }
            Some(_) | None => Ok(work(state)),
        });
        give_way().await;
        answer
    }

    pub(super) fn fail_next(&self, name: &'static str, times: usize) {
        self.look(|state| state.failing.insert(name, times));
    }

    pub(super) fn conflict_next(&self, times: usize) {
        self.look(|state| state.conflicts = times);
    }

    pub(super) fn forget_sites(&self) {
        self.look(|state| state.sites.clear());
    }

    pub(super) fn on_hand(&self) -> i64 {
        self.look(|state| state.stock.as_ref().unwrap().on_hand)
    }

    /// Every alert as its id and state.
    pub(super) fn alerts(&self) -> Vec<String> {
        self.look(|state| {
            state.alerts.values().map(|alert| format!("{} {}", alert.id, alert.state().as_str())).collect()
        })
    }

    pub(super) fn places(&self) -> Vec<String> {
        self.look(|state| state.alerts.values().filter_map(|alert| Some(alert.place.as_ref()?.name.clone())).collect())
    }

    pub(super) fn stock_facts(&self) -> Vec<StockFact> {
        let fact = |alert: &Alert| match &alert.fact {
            Fact::StockLow(fact) => Some(fact.clone()),
            _ => None,
        };
        self.look(|state| state.alerts.values().filter_map(fact).collect())
    }

    /// Every ack as `station message result`.
    pub(super) fn acks(&self) -> Vec<String> {
        let line = |(station, ack): &(StationId, Ack)| format!("{station} {} {:?}", ack.message_id, ack.result);
        self.look(|state| state.acks.iter().map(line).collect())
    }

    pub(super) fn answers(&self, result: AckResult) -> Vec<Ack> {
        self.look(|state| state.acks.iter().map(|(_, ack)| ack.clone()).filter(|ack| ack.result == result).collect())
    }

    /// Every input in quarantine: the reason and the bytes.
    pub(super) fn quarantined(&self) -> Vec<(String, Vec<u8>)> {
        self.look(|state| state.quarantine.values().map(|input| (input.reason.clone(), input.data.clone())).collect())
    }

    pub(super) fn saves(&self, outcome: StockSaved) -> usize {
        self.look(|state| state.saves.iter().filter(|saved| **saved == outcome).count())
    }
}

impl ReadStations for Store {
    async fn station(&self, id: &StationId) -> Result<Option<Station>, PortError> {
        self.call("read a station", |state| state.stations.get(id).cloned()).await
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, PortError> {
        self.call("read a site", |state| state.sites.get(id).cloned()).await
    }
}

impl KeepStock for Store {
    async fn stock(&self, site: &SiteId, item: &ItemId) -> Result<Option<Stock>, PortError> {
        let is_asked = |stock: &Stock| stock.site == *site && stock.item == *item;
        self.call("read a stock", |state| state.stock.clone().filter(is_asked)).await
    }

    async fn save_stock(
        &self,
        stock: &Stock,
        cause: &StockMove,
        alerts: &[AlertChange],
    ) -> Result<StockSaved, PortError> {
        self.call("save a stock", |state| {
            let saved = state.save(stock, cause, alerts);
            state.saves.push(saved);
            saved
        })
        .await
    }
}

impl State {
    fn save(&mut self, stock: &Stock, cause: &StockMove, alerts: &[AlertChange]) -> StockSaved {
        if self.conflicts > 0 {
            self.conflicts -= 1;
            return StockSaved::Conflict;
        }
        let cause = (cause.station.clone(), cause.message_id.clone());
        if self.applied.contains(&cause) {
            return StockSaved::AlreadyApplied;
        }
        if self.stock.as_ref().unwrap().version != stock.version {
            return StockSaved::Conflict;
        }
        self.applied.insert(cause);
        self.stock = Some(Stock { version: stock.version + 1, ..stock.clone() });
        for change in alerts {
            match change {
                AlertChange::Open(alert) => {
                    self.alerts.entry(alert.id.clone()).or_insert_with(|| (**alert).clone());
                }
                AlertChange::Resolve { id, resolution, .. } => {
                    if let Some(alert) = self.alerts.remove(id) {
                        self.alerts.insert(id.clone(), alert.resolved(resolution.clone()));
                    }
                }
            }
        }
        StockSaved::Done
    }
}

impl KeepAlerts for Store {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        self.call("read an alert", |state| state.alerts.get(id).cloned()).await
    }

    async fn raise(&self, alert: &Alert) -> Result<Raised, PortError> {
        self.call("raise an alert", |state| {
            if state.alerts.contains_key(&alert.id) {
                return Raised::Already;
            }
            state.alerts.insert(alert.id.clone(), alert.clone());
            Raised::New
        })
        .await
    }

    async fn save_alert(&self, _alert: &Alert) -> Result<Saved, PortError> {
        unreachable!("nobody here sends alerts")
    }

    async fn mark_alert_due(&self, _id: &AlertId, _now: Timestamp) -> Result<(), PortError> {
        unreachable!("nobody here sends alerts")
    }
}

impl KeepQuarantine for Store {
    async fn quarantine(&self, input: &Quarantined) -> Result<(), PortError> {
        self.call("keep an input", |state| state.quarantine.insert(input.id.clone(), input.clone())).await.map(|_| ())
    }
}

impl AnswerStations for Store {
    async fn ack(&self, station: &StationId, ack: &Ack) -> Result<(), PortError> {
        self.call("ack a station", |state| state.acks.push((station.clone(), ack.clone()))).await
    }
}
