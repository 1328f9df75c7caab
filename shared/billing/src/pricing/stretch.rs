//! A stretch of a session under the same prices, and what was measured in it.

use super::cut::Piece;
use super::period::Period;
use super::tally::Part;
use crate::exact::Exact;

/// A piece of a period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// Its start, seconds since 1970.
    pub(super) from_s: i64,
    /// Its end, seconds since 1970.
    pub(super) to_s: i64,
    pub(super) energy_wh: Part,
    pub(super) charging_s: Part,
    pub(super) parking_s: Part,
    pub(super) reserved_s: Part,
}

impl Stretch {
    /// A piece of a period: of its times the piece's share.
    pub(super) fn of(piece: &Piece, period: &Period) -> Option<Self> {
        let share_of = |seconds: i64| {
            if seconds == 0 || piece.share.whole_number() == Some(1) {
                return Some(Part::Whole(seconds));
            }
            Exact::whole(seconds).times(piece.share).map(Part::Exact)
        };
        Some(Self {
            from_s: piece.start_s,
            to_s: piece.end_s,
            energy_wh: piece.energy_wh.into(),
            charging_s: share_of(period.charging_s)?,
            parking_s: share_of(period.parking_s)?,
            reserved_s: share_of(period.reservation_s)?,
        })
    }
}
