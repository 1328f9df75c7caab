//! One vehicle at one EVSE, from plugging in to the end of its transaction.

use crate::contract::{ChargingState, StoppedReason};
use crate::electrics::Load;
use crate::plan::Arrival;
use jiff::{SignedDuration, Timestamp};

/// From plugging in until energy flows.
const SETUP: SignedDuration = SignedDuration::from_secs(8);
/// Charging time after which a reading is due although nothing has changed, s.
const READING_EVERY_S: u32 = 300;
/// The least current a station can offer, A; below it charging pauses.
pub(crate) const LEAST_OFFER_A: f64 = 6.0;

/// What a second brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing to tell.
    None,
    /// Another charging state, or a reading is due.
    Updated,
    /// The vehicle has left.
    Left,
}

/// A transaction that runs.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) arrival: Arrival,
    pub(crate) transaction_id: String,
    pub(crate) state: ChargingState,
    pub(crate) start_register_wh: u64,
    next_seq_no: u32,
    taken_j: u64,
    ready_at: Timestamp,
    leave_at: Timestamp,
    unread_s: u32,
}

impl Session {
    pub(crate) fn start(arrival: Arrival, transaction_id: String, now: Timestamp, register_wh: u64) -> Self {
        Self {
            arrival,
            transaction_id,
            state: ChargingState::EvConnected,
            start_register_wh: register_wh,
            next_seq_no: 0,
            taken_j: 0,
            ready_at: now.checked_add(SETUP).unwrap_or(Timestamp::MAX),
            leave_at: Timestamp::MAX,
            unread_s: 0,
        }
    }

    /// The energy it will take if nobody stops it, Wh.
    pub(crate) fn will_take_wh(&self) -> u32 {
        self.arrival.asked_wh.min(self.arrival.vehicle.room_wh())
    }

    /// What draws power now, if anything does.
    pub(crate) fn load(&self) -> Option<Load<'_>> {
        let vehicle = &self.arrival.vehicle;
        (self.state == ChargingState::Charging).then(|| Load { vehicle, soc: vehicle.soc_after(self.taken_j) })
    }

    /// Takes what it still wants of the energy that a second offers, and says how much that was, J.
    pub(crate) fn take(&mut self, offered_j: u64) -> u64 {
        let wanted_j = (u64::from(self.will_take_wh()) * 3600).saturating_sub(self.taken_j);
        let joules = offered_j.min(wanted_j);
        self.taken_j += joules;
        joules
    }

    pub(crate) fn take_seq_no(&mut self) -> u32 {
        let seq_no = self.next_seq_no;
        self.next_seq_no += 1;
        seq_no
    }

    /// One second with an offer of so many A.
    pub(crate) fn pass_second(&mut self, now: Timestamp, offered_a: f64) -> Change {
        let is_paused = offered_a < LEAST_OFFER_A;
        match self.state {
            ChargingState::EvConnected if now < self.ready_at => Change::None,
            ChargingState::Charging if self.is_satisfied() => {
                self.leave_at = now.checked_add(self.arrival.park).unwrap_or(Timestamp::MAX);
                self.change_to(ChargingState::SuspendedEv)
            }
            ChargingState::EvConnected | ChargingState::Charging if is_paused => {
                self.change_to(ChargingState::SuspendedEvse)
            }
            ChargingState::Charging => self.count_to_reading(),
            ChargingState::SuspendedEvse if is_paused => Change::None,
            ChargingState::EvConnected | ChargingState::SuspendedEvse => self.change_to(ChargingState::Charging),
            ChargingState::SuspendedEv if now < self.leave_at => Change::None,
            ChargingState::SuspendedEv | ChargingState::Idle => Change::Left,
        }
    }

    /// What it gets when it stops in the state it is in.
    pub(crate) fn state_after(reason: StoppedReason) -> ChargingState {
        match reason {
            StoppedReason::EvDisconnected => ChargingState::Idle,
            StoppedReason::Remote | StoppedReason::DeAuthorized => ChargingState::EvConnected,
        }
    }

    fn is_satisfied(&self) -> bool {
        self.taken_j >= u64::from(self.will_take_wh()) * 3600
    }

    fn change_to(&mut self, state: ChargingState) -> Change {
        self.state = state;
        self.unread_s = 0;
        Change::Updated
    }

    fn count_to_reading(&mut self) -> Change {
        self.unread_s += 1;
        if self.unread_s < READING_EVERY_S {
            return Change::None;
        }
        self.unread_s = 0;
        Change::Updated
    }
}
