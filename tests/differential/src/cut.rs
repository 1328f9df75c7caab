//! Cutting periods where a condition of the tariff changes, by trying every minute of the wall clock.

use std::collections::BTreeSet;

use chrono_tz::OffsetComponents as _;
use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::case::{Element, Period, SECOND_NS, Session};

/// A place in a period.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// How much of the period lies before, 0 to 1.
    share: Decimal,
    /// The session's energy there, kWh, where that is what makes the cut.
    energy: Option<Decimal>,
}

/// The session with a period for every stretch in which all conditions stay as they are.
pub(crate) fn cut(elements: &[Element], session: &Session, zone: Tz) -> Session {
    let marks = Marks::of(elements);
    let begin_ns = session.periods.first().map_or(0, |period| period.start_ns);
    let mut energy = Decimal::ZERO;
    let mut periods = Vec::new();
    for (period, end_ns) in session.stretches() {
        let cuts = marks.cuts(period, end_ns, begin_ns, energy, zone);
        lay_out(period, end_ns, energy, &cuts, &mut periods);
        energy += period.energy.unwrap_or_default();
    }
    Session { periods, end_ns: session.end_ns }
}

/// Where conditions change.
struct Marks {
    /// Minutes of the local day.
    minutes: BTreeSet<u32>,
    durations_s: BTreeSet<u32>,
    energies: BTreeSet<Decimal>,
}

impl Marks {
    fn of(elements: &[Element]) -> Self {
        let restrictions = || elements.iter().map(|element| &element.restrictions);
        let mut minutes: BTreeSet<u32> = restrictions()
            .flat_map(|restrictions| [restrictions.start_time, restrictions.end_time])
            .flatten()
            .collect();
        let by_day = restrictions().any(|restrictions| {
            !restrictions.day_of_week.is_empty() || restrictions.start_date.is_some() || restrictions.end_date.is_some()
        });
        if by_day || !minutes.is_empty() {
            minutes.insert(0);
        }
        Self {
            minutes,
            durations_s: restrictions()
                .flat_map(|restrictions| [restrictions.min_duration, restrictions.max_duration])
                .flatten()
                .collect(),
            energies: restrictions()
                .flat_map(|restrictions| [restrictions.kwh.min, restrictions.kwh.max])
                .flatten()
                .collect(),
        }
    }

    fn cuts(&self, period: &Period, end_ns: i128, begin_ns: i128, energy: Decimal, zone: Tz) -> Vec<Cut> {
        let mut instants: Vec<i128> =
            self.durations_s.iter().map(|seconds| begin_ns + i128::from(*seconds) * SECOND_NS).collect();
        if !self.minutes.is_empty() {
            instants.extend(self.minutes_of_the_clock(period.start_ns, end_ns, zone));
        }
        instants.retain(|instant| period.start_ns < *instant && *instant < end_ns);
        let span = Decimal::from(end_ns - period.start_ns);
        let mut cuts: Vec<Cut> = instants
            .into_iter()
            .map(|instant| Cut { share: Decimal::from(instant - period.start_ns) / span, energy: None })
            .collect();
        if let Some(own) = period.energy.filter(|own| !own.is_zero()) {
            let inside = self.energies.iter().filter(|mark| energy < **mark && **mark < energy + own);
            cuts.extend(inside.map(|mark| Cut { share: (*mark - energy) / own, energy: Some(*mark) }));
        }
        cuts.sort_by_key(|cut| (cut.share, cut.energy));
        // Of two cuts at one place, the one that knows its energy stays.
        let nearly = Decimal::new(1, 20);
        cuts.dedup_by(|later, earlier| {
            let same = later.share - earlier.share < nearly;
            if same {
                earlier.energy = later.energy.or(earlier.energy);
            }
            same
        });
        cuts
    }

    /// Every minute at which the wall clock shows a mark, or has been put forward or back.
    fn minutes_of_the_clock(&self, start_ns: i128, end_ns: i128, zone: Tz) -> Vec<i128> {
        let minute_ns = 60 * SECOND_NS;
        let shown = |minute: i128| {
            use chrono::{TimeZone as _, Timelike as _};
            let utc = chrono::Utc.timestamp_nanos(i64::try_from(minute * minute_ns).unwrap_or(0)).with_timezone(&zone);
            let offset = utc.offset().base_utc_offset() + utc.offset().dst_offset();
            (utc.hour() * 60 + utc.minute(), offset)
        };
        let mut found = Vec::new();
        let mut minute = start_ns.div_euclid(minute_ns);
        let mut before = shown(minute).1;
        while minute * minute_ns < end_ns {
            let (local, offset) = shown(minute);
            if self.minutes.contains(&local) || offset != before {
                found.push(minute * minute_ns);
            }
            before = offset;
            minute += 1;
        }
        found
    }
}

fn lay_out(period: &Period, end_ns: i128, energy: Decimal, cuts: &[Cut], periods: &mut Vec<Period>) {
    let span = Decimal::from(end_ns - period.start_ns);
    let mut rest = *period;
    let mut before = Decimal::ZERO;
    let mut at_energy = energy;
    for cut in cuts {
        let part = cut.share - before;
        let of = |whole: Option<Decimal>| whole.map(|whole| (whole * part).round_dp(18));
        let until = cut.energy.or(period.energy.map(|own| energy + (own * cut.share).round_dp(15)));
        let piece = Period {
            energy: until.filter(|_| period.energy.is_some()).map(|until| until - at_energy),
            charging: of(period.charging),
            parking: of(period.parking),
            reservation: of(period.reservation),
            ..rest
        };
        let less = |rest: Option<Decimal>, taken: Option<Decimal>| rest.zip(taken).map(|(rest, taken)| rest - taken);
        let into_ns = i128::try_from((span * cut.share).round()).unwrap_or(0);
        rest = Period {
            start_ns: period.start_ns + into_ns,
            energy: less(rest.energy, piece.energy),
            charging: less(rest.charging, piece.charging),
            parking: less(rest.parking, piece.parking),
            reservation: less(rest.reservation, piece.reservation),
            ..rest
        };
        at_energy += piece.energy.unwrap_or_default();
        before = cut.share;
        periods.push(piece);
    }
    periods.push(rest);
}
