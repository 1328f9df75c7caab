//! The detectors: one file per family, each with a memory of its own.
//!
//! A new family is a file with a type that is a [`Family`](crate::part::Family), a field in [`Memories`] and in its two lists, and a call
//! in [`Memories::take`].

mod cable;
mod clock;
mod contact;
mod contactor;
mod current;
mod draw;
mod frozen;
mod phases;
mod power;
mod register;
mod reported;
mod sensor;
mod temperature;
mod voltage;

use crate::baselines::Baselines;
use crate::part::Part;
use crate::seen::{Measured, Seen};
use crate::{Change, FaultId};

pub(crate) use register::Sums;

/// What is learned, and what each family remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Memories {
    voltage: voltage::Voltage,
    current: current::Current,
    temperature: temperature::Temperature,
    baselines: Baselines,
    contact: contact::Contact,
    phases: phases::Phases,
    contactor: contactor::Contactor,
    draw: draw::Draw,
    power: power::Power,
    register: register::Register,
    frozen: frozen::Frozen,
    sensor: sensor::Sensor,
    clock: clock::Clock,
    cable: cable::Cable,
    codes: reported::Codes,
}

/// How many parts a state has, the last measured values among them.
const PARTS: usize = 18;

impl Memories {
    /// Takes a sample and says what changed.
    pub(crate) fn take(&mut self, seen: &mut Seen<'_>, changes: &mut Vec<Change>) {
        let doubtful = self.contact.is_suspicious() || self.temperature.is_open();
        seen.known = self.baselines.take(seen, doubtful);
        seen.silenced = self.codes.take(seen, changes);
        let seen = &*seen;
        self.voltage.take(seen, changes);
        self.current.take(seen, changes);
        // Heat is told once: by its cause, or else by what is too hot.
        self.temperature.take(seen, self.contact.is_open(), changes);
        self.contact.take(seen, self.temperature.is_open(), changes);
        self.phases.take(seen, changes);
        self.contactor.take(seen, changes);
        self.draw.take(seen, changes);
        self.frozen.take(seen, self.voltage.is_open(), changes);
        // So is a current that does not move: power and voltage only show it.
        self.power.take(seen, self.frozen.suspects_current(), changes);
        self.register.take(seen, changes);
        self.sensor.take(seen, changes);
        self.clock.take(seen, changes);
        self.cable.take(seen, changes);
    }

    /// Takes the clock of a sample that is too old for all else.
    pub(crate) fn take_clock(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        self.clock.take(seen, changes);
    }

    /// When a vehicle last charged here, ms since 1970.
    pub(crate) fn charged_at(&self) -> Option<i64> {
        self.cable.charged_at()
    }

    /// Whether evidence of a voltage fault has begun, or the fault is open.
    pub(crate) fn suspects_voltage(&self, fault: &FaultId) -> bool {
        self.voltage.suspects(fault)
    }

    /// Every part of a state, by ascending tag.
    pub(crate) fn parts<'a>(&'a self, measured: &'a Measured) -> [&'a dyn Part; PARTS] {
        [
            &self.voltage,
            &self.current,
            &self.temperature,
            measured,
            &self.baselines.supply,
            &self.baselines.thermal,
            &self.contact,
            &self.phases,
            &self.contactor,
            &self.draw,
            &self.power,
            &self.frozen,
            &self.sensor,
            &self.clock,
            &self.cable,
            &self.codes,
            &self.register.meter,
            &self.register.sums,
        ]
    }

    /// The same parts, to be read into.
    pub(crate) fn parts_mut<'a>(&'a mut self, measured: &'a mut Measured) -> [&'a mut dyn Part; PARTS] {
        [
            &mut self.voltage,
            &mut self.current,
            &mut self.temperature,
            measured,
            &mut self.baselines.supply,
            &mut self.baselines.thermal,
            &mut self.contact,
            &mut self.phases,
            &mut self.contactor,
            &mut self.draw,
            &mut self.power,
            &mut self.frozen,
            &mut self.sensor,
            &mut self.clock,
            &mut self.cable,
            &mut self.codes,
            &mut self.register.meter,
            &mut self.register.sums,
        ]
    }
}

#[cfg(test)]
impl Memories {
    /// Every part as full as samples can make it.
    pub(crate) fn fullest(at: i64) -> Self {
        use crate::part::Fullest;
        Self {
            voltage: Fullest::fullest(at),
            current: Fullest::fullest(at),
            temperature: Fullest::fullest(at),
            baselines: Baselines { supply: Fullest::fullest(at), thermal: Fullest::fullest(at) },
            contact: Fullest::fullest(at),
            phases: Fullest::fullest(at),
            contactor: Fullest::fullest(at),
            draw: Fullest::fullest(at),
            power: Fullest::fullest(at),
            register: register::Register { meter: Fullest::fullest(at), sums: Fullest::fullest(at) },
            frozen: Fullest::fullest(at),
            sensor: Fullest::fullest(at),
            clock: Fullest::fullest(at),
            cable: Fullest::fullest(at),
            codes: Fullest::fullest(at),
        }
    }
}
