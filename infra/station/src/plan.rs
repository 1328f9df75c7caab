//! What a station does in a run: a plain value.

use crate::contract::{MessageKind, StockChange};
use crate::fault::ScriptedFault;
use crate::vehicle::{Current, Vehicle};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Everything a station will do, and what it is made of. The same plan always gives the same messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// When the station begins to exist; fractions of a second are cut off.
    pub start: Timestamp,
    /// Noise of the meters is drawn from this.
    pub seed: u64,
    /// The EVSEs and who comes to them.
    pub evses: Vec<EvsePlan>,
    /// What goes wrong.
    pub faults: Vec<ScriptedFault>,
    /// Spare parts counted and moved.
    pub stock: Vec<StockEvent>,
    /// Messages sent as they stand.
    pub raw: Vec<RawMessage>,
    /// Whether every transaction and stock message is published twice at once.
    pub duplicates: bool,
    /// The station goes on reporting at least until then.
    pub until: Option<Timestamp>,
}

/// One EVSE and who comes to it.
#[derive(Debug, Clone, PartialEq)]
pub struct EvsePlan {
    /// What it is.
    pub spec: EvseSpec,
    /// In order of plugging in. Who comes while it is taken waits.
    pub arrivals: Vec<Arrival>,
}

/// An EVSE with its one connector.
#[derive(Debug, Clone, PartialEq)]
pub struct EvseSpec {
    /// From 1.
    pub evse_id: u32,
    /// From 1.
    pub connector_id: u32,
    /// The kind of current it gives.
    pub current: Current,
    /// Nominal voltage, V: phase to neutral for AC, the middle of the pack voltage for DC.
    pub nominal_v: f64,
    /// The most it offers per phase, A.
    pub max_a: f64,
    /// What the energy meter shows at the start, Wh.
    pub register_wh: u64,
}

impl EvseSpec {
    /// A single-phase socket: 230 V, 32 A.
    #[must_use]
    pub fn ac_single_phase(evse_id: u32) -> Self {
        Self {
            evse_id,
            connector_id: 1,
            current: Current::AcSinglePhase,
            nominal_v: 230.0,
            max_a: 32.0,
            register_wh: 0,
        }
    }

    /// A three-phase socket: 230 V, 16 A per phase.
    #[must_use]
    pub fn ac_three_phase(evse_id: u32) -> Self {
        Self { evse_id, connector_id: 1, current: Current::AcThreePhase, nominal_v: 230.0, max_a: 16.0, register_wh: 0 }
    }

    /// A fast charger: 400 V, 125 A.
    #[must_use]
    pub fn dc(evse_id: u32) -> Self {
        Self { evse_id, connector_id: 1, current: Current::Dc, nominal_v: 400.0, max_a: 125.0, register_wh: 0 }
    }

    /// The same with the energy meter at a reading, Wh.
    #[must_use]
    pub fn with_register(mut self, register_wh: u64) -> Self {
        self.register_wh = register_wh;
        self
    }
}

/// A vehicle that comes, is plugged in, and leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// When it is plugged in, if the EVSE is free.
    pub plug_in: Timestamp,
    /// Who charges.
    pub id_token: String,
    /// What is charged.
    pub vehicle: Vehicle,
    /// The energy asked for, Wh; it gets no more than fits its battery. Who asks for nothing is plugged in and leaves again.
    pub asked_wh: u32,
    /// How long it stays when it wants no more.
    pub park: SignedDuration,
    /// When and in which order its transaction messages are sent.
    pub upload: Upload,
}

/// When and in which order the transaction messages of a session are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upload {
    /// As they come.
    Live,
    /// As they come, but each pair in reverse order.
    SwappedPairs,
    /// All after the end, marked as offline.
    Offline,
    /// All after the end, the last one first, marked as offline.
    OfflineReversed,
}

impl Upload {
    /// Whether the messages are marked as offline.
    #[must_use]
    pub fn is_offline(self) -> bool {
        match self {
            Self::Live | Self::SwappedPairs => false,
            Self::Offline | Self::OfflineReversed => true,
        }
    }
}

/// Spare parts are counted or moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockEvent {
    /// When.
    pub at: Timestamp,
    /// The part.
    pub item: String,
    /// How many.
    pub change: StockChange,
}

/// A message published as it stands, readable or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// When.
    pub at: Timestamp,
    /// On which topic.
    pub kind: MessageKind,
    /// The payload.
    pub payload: String,
    /// With an id it is sent again until acknowledged, without one it is sent once.
    pub message_id: Option<String>,
}

/// A plan that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing to connect a vehicle to.
    #[error("the plan has no EVSE")]
    NoEvse,
    /// Two EVSEs with one id.
    #[error("the plan has EVSE {0} twice")]
    RepeatedEvse(u32),
    /// A fault where there is nothing.
    #[error("a fault is planned for EVSE {0}, which is not in the plan")]
    UnknownEvse(u32),
    /// A vehicle that does not fit.
    #[error("a vehicle planned for EVSE {0} takes another kind of current")]
    WrongCurrent(u32),
    /// A vehicle that cannot take anything.
    #[error("a vehicle planned for EVSE {0} takes no energy")]
    NoEnergy(u32),
    /// A voltage or current that is not a positive number.
    #[error("EVSE {0} needs a positive voltage and current")]
    NoPower(u32),
}

impl Plan {
    /// A plan in which nothing happens yet.
    #[must_use]
    pub fn new(start: Timestamp, seed: u64, evses: Vec<EvsePlan>) -> Self {
        Self { start, seed, evses, faults: vec![], stock: vec![], raw: vec![], duplicates: false, until: None }
    }

    /// How many sessions it holds.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.evses.iter().map(|evse| evse.arrivals.len()).sum()
    }

    /// Whether it can be carried out.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.evses.is_empty() {
            return Err(PlanError::NoEvse);
        }
        let mut seen = BTreeSet::new();
        for evse in &self.evses {
            if !seen.insert(evse.spec.evse_id) {
                return Err(PlanError::RepeatedEvse(evse.spec.evse_id));
            }
            evse.check()?;
        }
        match self.faults.iter().find(|fault| !seen.contains(&fault.evse_id)) {
            Some(fault) => Err(PlanError::UnknownEvse(fault.evse_id)),
            None => Ok(()),
        }
    }
}

impl EvsePlan {
    fn check(&self) -> Result<(), PlanError> {
        let spec = &self.spec;
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if !positive(spec.nominal_v) || !positive(spec.max_a) {
            return Err(PlanError::NoPower(spec.evse_id));
        }
        for Arrival { vehicle, .. } in &self.arrivals {
            if !vehicle.current.fits(spec.current) {
                return Err(PlanError::WrongCurrent(spec.evse_id));
            }
            if vehicle.room_wh() == 0 || vehicle.max_power_w == 0 {
                return Err(PlanError::NoEnergy(spec.evse_id));
            }
        }
        Ok(())
    }
}
