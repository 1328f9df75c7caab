//! Adding up a volume.

use crate::exact::Exact;

/// A part of a volume.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// Whole units, as nearly all are.
    Whole(i64),
    /// Any number of units.
    Exact(Exact),
}

impl Part {
    pub(super) fn is_zero(self) -> bool {
        match self {
            Self::Whole(units) => units == 0,
            Self::Exact(units) => units.is_zero(),
        }
    }
}

impl From<Exact> for Part {
    fn from(units: Exact) -> Self {
        units.whole_number().map_or(Self::Exact(units), Self::Whole)
    }
}

/// A volume as it is added up: whole units cost next to nothing to add, others are kept apart.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    whole: i64,
    rest: Exact,
}

impl Tally {
    pub(super) fn add(&mut self, part: Part) -> Option<()> {
        match part {
            Part::Whole(units) => self.whole = self.whole.checked_add(units)?,
            Part::Exact(units) => self.rest = self.rest.plus(units)?,
        }
        Some(())
    }

    pub(super) fn add_all(&mut self, other: Self) -> Option<()> {
        self.whole = self.whole.checked_add(other.whole)?;
        self.rest = self.rest.plus(other.rest)?;
        Some(())
    }

    pub(super) fn total(&self) -> Option<Exact> {
        self.rest.plus(Exact::whole(self.whole))
    }
}
