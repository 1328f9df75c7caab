//! The parts of a stored state: each has a tag, and a release leaves out those whose tag it does not know.

use crate::baselines::{Supply, Thermal};
use crate::bytes::{Reader, Writer};
use crate::detectors::Sums;
use crate::seen::Measured;
use crate::state::BadState;

/// What a detector family or a baseline remembers.
pub(crate) trait Family: Sized + Default + PartialEq {
    /// What marks its bytes in a stored state; never given to another family. 12 was another memory of the register.
    const TAG: u8;

    /// What must be stored at once when it changes: which faults are open and which evidence has begun.
    fn outline(&self) -> u16;
    /// Writes what is remembered; at most 255 bytes.
    fn write(&self, to: &mut Writer);
    /// Reads what was written.
    fn read(from: &mut Reader<'_>) -> Result<Self, BadState>;
}

/// A [`Family`] of any type.
pub(crate) trait Part {
    fn tag(&self) -> u8;
    fn outline(&self) -> u16;
    /// Whether there is anything to remember.
    fn is_empty(&self) -> bool;
    fn write(&self, to: &mut Writer);
    /// Replaces it by what was written: all of the bytes, and nothing else.
    fn replace(&mut self, from: Reader<'_>) -> Result<(), BadState>;
}

impl<F: Family> Part for F {
    fn tag(&self) -> u8 {
        F::TAG
    }

    fn outline(&self) -> u16 {
        Family::outline(self)
    }

    fn is_empty(&self) -> bool {
        *self == F::default()
    }

    fn write(&self, to: &mut Writer) {
        Family::write(self, to);
    }

    fn replace(&mut self, mut from: Reader<'_>) -> Result<(), BadState> {
        *self = F::read(&mut from)?;
        if from.is_empty() { Ok(()) } else { Err(BadState) }
    }
}

/// What is left out where there is no room for all, the tags in this order: what was measured last, and what can be gathered and learned
/// again. Only a connector with nearly every fault open comes to that.
const LEFT_OUT: [u8; 4] = [Measured::TAG, Sums::TAG, Supply::TAG, Thermal::TAG];

/// Writes the parts that remember anything, in at most `most` bytes of all: how many, then each by ascending tag.
pub(crate) fn write(parts: &[&dyn Part], to: &mut Writer, most: usize) {
    let parts = parts.iter().filter(|part| !part.is_empty());
    let mut parts: Vec<Vec<u8>> = parts.filter_map(|part| to.part(part.tag(), |to| part.write(to))).collect();
    let mut left_out = LEFT_OUT.into_iter();
    while to.len() + 1 + parts.iter().map(Vec::len).sum::<usize>() > most {
        match left_out.next() {
            Some(tag) => parts.retain(|part| part.first() != Some(&tag)),
            None => drop(parts.pop()),
        }
    }
    to.byte(parts.iter().fold(0, |count, _| count + 1));
    for part in &parts {
        to.bytes(part);
    }
}

/// Reads what was written; parts of a later release are left out.
pub(crate) fn read(parts: &mut [&mut dyn Part], from: &mut Reader<'_>) -> Result<(), BadState> {
    let mut highest = 0;
    for _ in 0..from.byte()? {
        let (tag, bytes) = from.part()?;
        if tag <= highest {
            return Err(BadState);
        }
        highest = tag;
        if let Some(part) = parts.iter_mut().find(|part| part.tag() == tag) {
            part.replace(bytes)?;
        }
    }
    if from.is_empty() { Ok(()) } else { Err(BadState) }
}

/// A part that takes as many bytes as any samples can make it take.
#[cfg(test)]
pub(crate) trait Fullest: Family {
    /// At the last time there is.
    fn fullest(at: i64) -> Self;
}

/// The first time there is, ms since 1970.
#[cfg(test)]
pub(crate) const EARLIEST: i64 = -377_705_023_201_000;
