//! One EVSE: who is plugged in, what flows, and what there is to tell about it.

use crate::contract::{ChargingState, ConnectorSample, EventType, Status, StoppedReason, Transaction};
use crate::electrics;
use crate::event::{RegisterSpan, StationEvent};
use crate::fault::ActiveFaults;
use crate::meter::{Register, Thermal};
use crate::model::Output;
use crate::plan::{Arrival, EvsePlan, EvseSpec};
use crate::quantity;
use crate::session::{Change, LEAST_OFFER_A, Session};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::SmallRng;
use std::collections::VecDeque;

/// Between the departure of one vehicle and the next one's plugging in, and from a stop to unplugging.
const CHANGEOVER: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Clone)]
enum Occupancy {
    Free { since: Timestamp },
    InUse(Box<Session>),
    Finishing { until: Timestamp },
}

#[derive(Debug, Clone)]
pub(crate) struct Evse {
    pub(crate) spec: EvseSpec,
    arrivals: VecDeque<Arrival>,
    occupancy: Occupancy,
    register: Register,
    thermal: Thermal,
    limit_a: f64,
    is_available: bool,
}

impl Evse {
    pub(crate) fn new(plan: EvsePlan) -> Self {
        Self {
            arrivals: plan.arrivals.into(),
            occupancy: Occupancy::Free { since: Timestamp::MIN },
            register: Register::starting_at(plan.spec.register_wh),
            thermal: Thermal::default(),
            limit_a: plan.spec.max_a,
            is_available: true,
            spec: plan.spec,
        }
    }

    /// Whether nobody is here and nobody will come.
    pub(crate) fn is_done(&self) -> bool {
        self.arrivals.is_empty() && matches!(self.occupancy, Occupancy::Free { .. })
    }

    /// Whether it is worth looking at more often than once a minute.
    pub(crate) fn is_in_use(&self) -> bool {
        !matches!(self.occupancy, Occupancy::Free { .. })
    }

    pub(crate) fn register(&self) -> RegisterSpan {
        let EvseSpec { evse_id, register_wh, .. } = self.spec;
        RegisterSpan { evse_id, before_wh: register_wh, now_wh: self.register.wh() }
    }

    pub(crate) fn runs(&self, transaction_id: &str) -> bool {
        matches!(&self.occupancy, Occupancy::InUse(session) if session.transaction_id == transaction_id)
    }

    pub(crate) fn set_available(&mut self, is_available: bool) {
        self.is_available = is_available;
    }

    /// Offers no more than this; below 6 A charging pauses.
    pub(crate) fn limit(&mut self, limit_a: f64) {
        self.limit_a = limit_a;
    }

    /// One second, the one that ends now. `started` is the number of transactions the station has had.
    pub(crate) fn pass_second(
        &mut self,
        now: Timestamp,
        faults: &ActiveFaults,
        started: &mut u32,
        out: &mut Vec<Output>,
    ) {
        self.deliver_second(now, faults);
        let offered_a = self.offered_a();
        match &mut self.occupancy {
            Occupancy::Free { since } => {
                let is_clear = now.duration_since(*since) >= CHANGEOVER;
                self.receive_arrival(now, is_clear, started, out);
            }
            Occupancy::Finishing { until } if now < *until => {}
            Occupancy::Finishing { .. } => self.occupancy = Occupancy::Free { since: now },
            Occupancy::InUse(session) => match session.pass_second(now, offered_a) {
                Change::None => {}
                Change::Updated => self.tell(now, EventType::Updated, None, out),
                Change::Left => self.end(now, StoppedReason::EvDisconnected, out),
            },
        }
    }

    /// Ends the running transaction, if there is one.
    pub(crate) fn end(&mut self, now: Timestamp, reason: StoppedReason, out: &mut Vec<Output>) {
        let Occupancy::InUse(session) = &mut self.occupancy else { return };
        session.state = Session::state_after(reason);
        let event = StationEvent::SessionEnded {
            transaction_id: session.transaction_id.clone(),
            evse_id: self.spec.evse_id,
            energy_wh: self.register.wh().saturating_sub(session.start_register_wh),
            stopped_reason: reason,
        };
        out.push(Output::Happened { at: now, event });
        self.tell(now, EventType::Ended, Some(reason), out);
        self.occupancy = match reason {
            StoppedReason::EvDisconnected => Occupancy::Free { since: now },
            StoppedReason::Remote | StoppedReason::DeAuthorized => {
                Occupancy::Finishing { until: now.checked_add(CHANGEOVER).unwrap_or(Timestamp::MAX) }
            }
        };
    }

    /// Reads all meters of the connector.
    pub(crate) fn sample(&self, now: Timestamp, faults: &ActiveFaults, rng: &mut SmallRng) -> ConnectorSample {
        let session = self.session();
        let flow = electrics::flow(&self.spec, session.and_then(Session::load), self.offered_a(), faults);
        let reading = electrics::measure(&self.spec, &flow, rng);
        ConnectorSample {
            evse_id: self.spec.evse_id,
            connector_id: self.spec.connector_id,
            status: self.status(),
            voltage_v: reading.voltage_v,
            current_a: reading.current_a,
            power_w: reading.power_w,
            offered_a: self.offered_a(),
            temperature_c: quantity::tenths(self.thermal.celsius(now.as_second())),
            register_wh: self.register.wh(),
            transaction_id: session.map(|session| session.transaction_id.clone()),
            error_code: faults.error_code.clone().unwrap_or_else(|| "NoError".to_owned()),
        }
    }

    fn deliver_second(&mut self, now: Timestamp, faults: &ActiveFaults) {
        let load = self.session().and_then(Session::load);
        let flow = electrics::flow(&self.spec, load, self.offered_a(), faults);
        if let Occupancy::InUse(session) = &mut self.occupancy {
            self.register.count(session.take(quantity::whole(flow.power_w)));
        }
        self.thermal.pass_second(flow.current_a / self.spec.max_a, faults.temperature_c, now.as_second());
    }

    fn receive_arrival(&mut self, now: Timestamp, is_clear: bool, started: &mut u32, out: &mut Vec<Output>) {
        let Some(arrival) = self.arrivals.pop_front_if(|arrival| arrival.plug_in <= now && is_clear) else { return };
        let evse_id = self.spec.evse_id;
        if !self.is_available {
            out.push(Output::Happened {
                at: now,
                event: StationEvent::TurnedAway { evse_id, id_token: arrival.id_token },
            });
            return;
        }
        *started += 1;
        let transaction_id = format!("{}-{started:04}", now.strftime("%Y%m%dT%H%M%SZ"));
        let session = Session::start(arrival, transaction_id, now, self.register.wh());
        let event = StationEvent::SessionStarted {
            transaction_id: session.transaction_id.clone(),
            evse_id,
            id_token: session.arrival.id_token.clone(),
            asked_wh: session.will_take_wh(),
        };
        out.push(Output::Happened { at: now, event });
        self.occupancy = Occupancy::InUse(Box::new(session));
        self.tell(now, EventType::Started, None, out);
    }

    fn tell(&mut self, now: Timestamp, event_type: EventType, reason: Option<StoppedReason>, out: &mut Vec<Output>) {
        let Occupancy::InUse(session) = &mut self.occupancy else { return };
        let seq_no = session.take_seq_no();
        let message = Transaction {
            message_id: format!("{}-{seq_no}", session.transaction_id),
            event_type,
            transaction_id: session.transaction_id.clone(),
            seq_no,
            at: now,
            evse_id: self.spec.evse_id,
            connector_id: self.spec.connector_id,
            id_token: session.arrival.id_token.clone(),
            charging_state: session.state,
            register_wh: self.register.wh(),
            offline: session.arrival.upload.is_offline(),
            stopped_reason: reason,
            signed_meter_value: None,
            reserved_from: None,
        };
        out.push(Output::Transaction { message, upload: session.arrival.upload });
    }

    fn session(&self) -> Option<&Session> {
        match &self.occupancy {
            Occupancy::InUse(session) => Some(session),
            Occupancy::Free { .. } | Occupancy::Finishing { .. } => None,
        }
    }

    fn offered_a(&self) -> f64 {
        let offered_a = self.spec.max_a.min(self.limit_a);
        if offered_a < LEAST_OFFER_A { 0.0 } else { offered_a }
    }

    fn status(&self) -> Status {
        match &self.occupancy {
            Occupancy::Free { .. } if self.is_available => Status::Available,
            Occupancy::Free { .. } => Status::Unavailable,
            Occupancy::Finishing { .. } => Status::Finishing,
            Occupancy::InUse(session) => match session.state {
                ChargingState::EvConnected => Status::Preparing,
                ChargingState::Charging => Status::Charging,
                ChargingState::SuspendedEv => Status::SuspendedEv,
                ChargingState::SuspendedEvse => Status::SuspendedEvse,
                ChargingState::Idle => Status::Finishing,
            },
        }
    }
}
