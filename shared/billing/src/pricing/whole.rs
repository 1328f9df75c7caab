//! Whole periods under the same prices, added up as integers, as nearly all periods can be.

use super::period::Period;
use super::stretch::{Stretch, Volume};
use crate::exact::Exact;

/// Periods that follow each other, as they are added up.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// Start of the first, seconds since 1970.
    from_s: i64,
    /// Energy of the session at the end of the last, Wh.
    pub(super) session_wh: i64,
    energy_wh: Units,
    charging_s: Units,
    parking_s: Units,
    /// Of charging and parking, it was parking that came last.
    ends_parking: bool,
}

/// How many units, and from the start of the first period with some to the end of the last, seconds since 1970.
#[derive(Debug, Default)]
struct Units {
    sum: i64,
    span: Option<(i64, i64)>,
}

impl Whole {
    /// Adds up periods as far as none goes beyond an instant, seconds since 1970, or an energy of the session, Wh, or starts there, and
    /// all are whole Wh without reserved time; how many. `session_wh` is the energy of the session before them.
    pub(super) fn until(until_s: i64, mark_wh: i64, session_wh: i64, periods: &[Period]) -> (usize, Self) {
        let from_s = periods.first().map_or(0, |first| first.start_s);
        let mut whole = Self { from_s, session_wh, ..Self::default() };
        let add = |period: &Period| {
            let units = period.energy_wh.whole_number().filter(|_| period.reservation_s == 0)?;
            let session_wh = whole.session_wh.checked_add(units)?;
            let starts_before = period.start_s < until_s && whole.session_wh < mark_wh;
            (starts_before && period.end_s <= until_s && session_wh <= mark_wh).then_some(())?;
            let energy_wh = whole.energy_wh.sum.checked_add(units)?;
            let charging_s = whole.charging_s.sum.checked_add(period.charging_s)?;
            let parking_s = whole.parking_s.sum.checked_add(period.parking_s)?;
            whole.session_wh = session_wh;
            whole.energy_wh.become_in(period, energy_wh);
            whole.charging_s.become_in(period, charging_s);
            whole.parking_s.become_in(period, parking_s);
            if period.charging_s != 0 || period.parking_s != 0 {
                whole.ends_parking = period.parking_s != 0;
            }
            Some(())
        };
        let passed = periods.iter().map_while(add).count();
        (passed, whole)
    }
}

impl Units {
    /// With a period they are so many.
    fn become_in(&mut self, period: &Period, sum: i64) {
        if sum != self.sum {
            self.sum = sum;
            self.span = Some((self.span.map_or(period.start_s, |(from_s, _)| from_s), period.end_s));
        }
    }
}

impl From<Units> for Volume {
    fn from(Units { sum, span }: Units) -> Self {
        Self { units: Exact::whole(sum), span }
    }
}

impl From<Whole> for Stretch {
    fn from(whole: Whole) -> Self {
        let Whole { from_s, energy_wh, charging_s, parking_s, ends_parking, .. } = whole;
        Self {
            from_s,
            energy: energy_wh.into(),
            charging: charging_s.into(),
            parking: parking_s.into(),
            reserved: Volume::default(),
            ends_parking,
        }
    }
}
