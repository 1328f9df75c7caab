//! The detectors: one file per family, each with a memory of its own.
//!
//! A new family is a file with a type that is a [`Family`], and a line in each function of [`Memories`].

mod current;
mod temperature;
mod voltage;

use crate::bytes::{Reader, Writer};
use crate::last::Seen;
use crate::state::BadState;
use crate::{Change, ResolvedProfile};

/// Detectors that look at the same quantity.
trait Family: Sized + Default + PartialEq {
    /// What marks its bytes in a stored state; never given to another family.
    const TAG: u8;

    /// Takes a sample and says what changed.
    fn take(&mut self, seen: &Seen<'_>, profile: &ResolvedProfile, changes: &mut Vec<Change>);
    /// Writes what is remembered; at most 255 bytes.
    fn write(&self, to: &mut Writer);
    /// Reads what was written.
    fn read(from: &mut Reader<'_>) -> Result<Self, BadState>;
}

/// What each family remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Memories {
    voltage: voltage::Voltage,
    current: current::Current,
    temperature: temperature::Temperature,
}

impl Memories {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, profile: &ResolvedProfile, changes: &mut Vec<Change>) {
        self.voltage.take(seen, profile, changes);
        self.current.take(seen, profile, changes);
        self.temperature.take(seen, profile, changes);
    }

    /// Writes the families that remember anything: how many, then each by ascending tag.
    pub(crate) fn write(&self, to: &mut Writer) {
        to.byte(remembers(&self.voltage) + remembers(&self.current) + remembers(&self.temperature));
        write(&self.voltage, to);
        write(&self.current, to);
        write(&self.temperature, to);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mut memories = Self::default();
        let mut highest = 0;
        for _ in 0..from.byte()? {
            let (tag, mut part) = from.part()?;
            if tag <= highest {
                return Err(BadState);
            }
            highest = tag;
            match tag {
                voltage::Voltage::TAG => memories.voltage = read(&mut part)?,
                current::Current::TAG => memories.current = read(&mut part)?,
                temperature::Temperature::TAG => memories.temperature = read(&mut part)?,
                _later_release => {}
            }
        }
        if from.is_empty() { Ok(memories) } else { Err(BadState) }
    }
}

fn remembers<F: Family>(family: &F) -> u8 {
    u8::from(*family != F::default())
}

fn write<F: Family>(family: &F, to: &mut Writer) {
    if remembers(family) > 0 {
        to.part(F::TAG, |to| family.write(to));
    }
}

fn read<F: Family>(part: &mut Reader<'_>) -> Result<F, BadState> {
    let family = F::read(part)?;
    if part.is_empty() { Ok(family) } else { Err(BadState) }
}
