//! A stretch of a session under the same prices, and what was measured in it.

use super::cut::Piece;
use super::period::Period;
use crate::exact::Exact;

/// What was measured of one dimension, and where.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Volume {
    /// Wh or seconds.
    pub(super) units: Exact,
    /// From the start of the first part with some to the end of the last, seconds since 1970; none where there was nothing.
    pub(super) span: Option<(i64, i64)>,
}

/// A piece of a period, or whole periods that follow each other.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stretch {
    /// Its start, seconds since 1970.
    pub(super) from_s: i64,
    pub(super) energy: Volume,
    pub(super) charging: Volume,
    pub(super) parking: Volume,
    pub(super) reserved: Volume,
    /// Of charging and parking, it was parking that came last.
    pub(super) ends_parking: bool,
}

impl Stretch {
    /// A piece of a period: of its times the piece's share.
    pub(super) fn of(piece: &Piece, period: &Period) -> Option<Self> {
        let (from_s, to_s) = (piece.start_s, piece.end_s);
        let volume = |units: Exact| Volume { units, span: (!units.is_zero()).then_some((from_s, to_s)) };
        let share_of = |seconds: i64| Exact::whole(seconds).times(piece.share).map(volume);
        Some(Self {
            from_s,
            energy: volume(piece.energy_wh),
            charging: share_of(period.charging_s)?,
            parking: share_of(period.parking_s)?,
            reserved: share_of(period.reservation_s)?,
            ends_parking: period.parking_s != 0,
        })
    }
}
