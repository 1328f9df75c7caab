//! Whole periods under the same prices, added up as integers, as nearly all can be.

use super::period::Period;
use super::stretch::{Stretch, Volume};
use crate::exact::Exact;

/// Periods that follow each other, as they are added up. Energies are numerators over the denominator that a session's energies share,
/// which is 1 where they are whole Wh.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// Start of the first, seconds since 1970.
    from_s: i64,
    /// The energy of the session at the end of the last.
    pub(super) session: i64,
    energy: Units,
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
    /// Adds up periods as far as none goes beyond an instant, seconds since 1970, or an energy of the session, or starts there, and all
    /// have energies over this denominator and no reserved time; how many. `session` is the energy of the session before them.
    pub(super) fn until(until_s: i64, mark: i64, session: i64, denominator: i64, periods: &[Period]) -> (usize, Self) {
        let from_s = periods.first().map_or(0, |first| first.start_s);
        let mut whole = Self { from_s, session, ..Self::default() };
        let add = |period: &Period| {
            let units = period.energy_wh.numerator_over(denominator).filter(|_| period.reservation_s == 0)?;
            let session = whole.session.checked_add(units)?;
            let starts_before = period.start_s < until_s && whole.session < mark;
            (starts_before && period.end_s <= until_s && session <= mark).then_some(())?;
            let energy = whole.energy.sum.checked_add(units)?;
            let charging_s = whole.charging_s.sum.checked_add(period.charging_s)?;
            let parking_s = whole.parking_s.sum.checked_add(period.parking_s)?;
            whole.session = session;
            whole.energy.become_in(period, energy);
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

    /// What was added up over this denominator.
    pub(super) fn stretch(self, denominator: i64) -> Option<Stretch> {
        let Self { from_s, energy, charging_s, parking_s, ends_parking, .. } = self;
        let energy = Volume { units: Exact::fraction(energy.sum.into(), denominator.into())?, span: energy.span };
        let (charging, parking) = (charging_s.into(), parking_s.into());
        Some(Stretch { from_s, energy, charging, parking, reserved: Volume::default(), ends_parking })
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn period(start_s: i64, end_s: i64, wh: i64) -> Period {
        let empty = Period::empty(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        Period { start_s, end_s, energy_wh: Exact::whole(wh), charging_s: end_s - start_s, ..empty }
    }

    #[test]
    fn periods_are_taken_up_to_where_something_may_change() {
        let periods = [period(0, 10, 5), period(10, 20, 5), period(20, 30, 0), period(30, 40, 5)];
        for (until_s, mark_wh, passed, wh) in [
            (100, 100, 4, 15),
            (40, 15, 4, 15),
            (39, 100, 3, 10),
            (20, 100, 2, 10),
            (100, 14, 3, 10),
            (100, 10, 2, 10),
            (100, 9, 1, 5),
            (9, 100, 0, 0),
        ] {
            let (taken, whole) = Whole::until(until_s, mark_wh, 0, 1, &periods);
            assert_eq!((taken, whole.session, whole.energy.sum), (passed, wh, wh), "until {until_s} s, {mark_wh} Wh");
        }
    }

    #[test]
    fn what_is_not_for_integers_is_left() {
        let reserved = Period { reservation_s: 1, ..period(10, 20, 5) };
        let half = Period { energy_wh: Exact::fraction(11, 2).unwrap(), ..period(10, 20, 5) };
        let vast = Period { charging_s: i64::MAX, ..period(10, 20, 5) };
        for left in [reserved, half, vast] {
            let (taken, whole) = Whole::until(100, 100, 0, 1, &[period(0, 10, 5), left]);
            assert_eq!((taken, whole.energy.sum, whole.charging_s.sum), (1, 5, 10), "{left:?}");
        }
        assert_eq!(Whole::until(100, 100, 0, 2, &[half]).1.stretch(2).unwrap().energy.units, half.energy_wh);
    }
}
