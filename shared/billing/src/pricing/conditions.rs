//! When an element of a tariff applies (OCPI `TariffRestrictions`), as conditions that are quick to test.

use super::period::Period;
use super::wall_clock::LocalTime;
use crate::Decimal;
use crate::exact::Exact;
use crate::tariff::{LocalMinute, Restrictions, day_number};

const DAY_S: i64 = 86_400;

/// What must hold for an element to apply.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    /// What depends on time and energy, and so changes at marks only.
    pub(super) lasting: Vec<Condition>,
    /// What depends on what the vehicle draws, which may be another thing in every period.
    pub(super) draw: Vec<DrawCondition>,
}

/// One thing about time or energy.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition {
    /// From, until (exclusive), seconds of the local day; until before from goes over midnight.
    TimeOfDay(i64, i64),
    /// Bit 0 is Monday.
    Weekday(u8),
    /// Local days since 1970-01-01.
    FromDay(i64),
    BeforeDay(i64),
    /// Wh of the session so far; a maximum is exclusive.
    MinEnergy(Exact),
    MaxEnergy(Exact),
    /// Seconds of the session so far.
    MinDuration(i64),
    MaxDuration(i64),
}

/// One thing about what the vehicle draws.
#[derive(Debug, Clone, Copy)]
pub(super) enum DrawCondition {
    /// A, summed over the phases.
    MinCurrent(Exact),
    MaxCurrent(Exact),
    /// kW.
    MinPower(Exact),
    MaxPower(Exact),
}

/// What conditions are tested against: an instant of a session.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Instant {
    /// The site's time; of no meaning where no condition asks for it.
    pub(super) local: LocalTime,
    /// The energy of the session so far, Wh.
    pub(super) energy_wh: Exact,
    /// Since the session began, seconds.
    pub(super) elapsed_s: i64,
}

/// Where conditions change.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// Seconds of the local day, in order.
    pub(super) day_s: Vec<i64>,
    /// Lengths of the session, seconds, in order.
    pub(super) duration_s: Vec<i64>,
    /// Energies of the session, Wh, in order.
    pub(super) energy_wh: Vec<Exact>,
}

impl Conditions {
    /// What the restrictions ask for, the reservation left out; `None` when a limit is beyond all reason.
    pub(super) fn of(restrictions: &Restrictions) -> Option<Self> {
        let exact = |limit: Option<Decimal>| limit.map(Decimal::exact);
        let wh = |kwh: Option<Decimal>| match kwh {
            Some(kwh) => kwh.exact().times(Exact::whole(1000))?.in_lowest_terms().map(Some),
            None => Some(None),
        };
        let days = restrictions.day_of_week.iter().fold(0, |days, day| days | day.bit());
        let lasting = [
            time_of_day(restrictions.start_time, restrictions.end_time),
            (days != 0).then_some(Condition::Weekday(days)),
            restrictions.start_date.map(day_number).map(Condition::FromDay),
            restrictions.end_date.map(day_number).map(Condition::BeforeDay),
            wh(restrictions.min_kwh)?.map(Condition::MinEnergy),
            wh(restrictions.max_kwh)?.map(Condition::MaxEnergy),
            restrictions.min_duration.map(Condition::MinDuration),
            restrictions.max_duration.map(Condition::MaxDuration),
        ];
        let draw = [
            exact(restrictions.min_current).map(DrawCondition::MinCurrent),
            exact(restrictions.max_current).map(DrawCondition::MaxCurrent),
            exact(restrictions.min_power).map(DrawCondition::MinPower),
            exact(restrictions.max_power).map(DrawCondition::MaxPower),
        ];
        Some(Self { lasting: lasting.into_iter().flatten().collect(), draw: draw.into_iter().flatten().collect() })
    }
}

impl Conditions {
    /// Whether all of them hold.
    pub(super) fn hold(&self, instant: &Instant, period: &Period) -> bool {
        self.lasting.iter().all(|condition| condition.holds(instant))
            && (self.draw.is_empty() || self.hold_for_draw(period))
    }

    #[inline(never)]
    fn hold_for_draw(&self, period: &Period) -> bool {
        self.draw.iter().all(|condition| condition.holds(period))
    }
}

impl Condition {
    /// Whether it is about the site's time.
    pub(super) fn asks_for_clock(&self) -> bool {
        matches!(self, Self::TimeOfDay(..) | Self::Weekday(_) | Self::FromDay(_) | Self::BeforeDay(_))
    }

    /// Whether it holds.
    #[inline(never)]
    pub(super) fn holds(&self, instant: &Instant) -> bool {
        let local = &instant.local;
        match self {
            Self::TimeOfDay(from, until) if from < until => (*from..*until).contains(&local.second),
            Self::TimeOfDay(from, until) => local.second >= *from || local.second < *until,
            Self::Weekday(days) => days & (1 << local.weekday) != 0,
            Self::FromDay(first) => local.day >= *first,
            Self::BeforeDay(end) => local.day < *end,
            Self::MinEnergy(least) => instant.energy_wh >= *least,
            Self::MaxEnergy(limit) => instant.energy_wh < *limit,
            Self::MinDuration(least) => instant.elapsed_s >= *least,
            Self::MaxDuration(limit) => instant.elapsed_s < *limit,
        }
    }
}

impl DrawCondition {
    /// Whether it holds. A quantity that is not known does not meet a condition on it.
    pub(super) fn holds(&self, period: &Period) -> bool {
        match self {
            Self::MinCurrent(least) => period.min_current_a().is_some_and(|current| current >= *least),
            Self::MaxCurrent(limit) => period.max_current_a().is_some_and(|current| current < *limit),
            Self::MinPower(least) => period.min_power_kw().is_some_and(|power| power >= *least),
            Self::MaxPower(limit) => period.max_power_kw().is_some_and(|power| power < *limit),
        }
    }
}

impl Marks {
    /// Where any of these changes.
    pub(super) fn of<'a>(conditions: impl Iterator<Item = &'a Condition>) -> Self {
        let mut marks = Self::default();
        for condition in conditions {
            match *condition {
                Condition::TimeOfDay(from, until) => marks.day_s.extend([from, until % DAY_S]),
                Condition::Weekday(_) | Condition::FromDay(_) | Condition::BeforeDay(_) => marks.day_s.push(0),
                Condition::MinEnergy(mark) | Condition::MaxEnergy(mark) => marks.energy_wh.push(mark),
                Condition::MinDuration(mark) | Condition::MaxDuration(mark) => marks.duration_s.push(mark),
            }
        }
        let Self { day_s, duration_s, energy_wh } = marks;
        Self { day_s: in_order(day_s), duration_s: in_order(duration_s), energy_wh: in_order(energy_wh) }
    }
}

fn in_order<T: Ord>(mut marks: Vec<T>) -> Vec<T> {
    marks.sort_unstable();
    marks.dedup();
    marks
}

fn time_of_day(start: Option<LocalMinute>, end: Option<LocalMinute>) -> Option<Condition> {
    if start.is_none() && end.is_none() {
        return None;
    }
    let end_s = end.map_or(0, LocalMinute::seconds);
    Some(Condition::TimeOfDay(start.map_or(0, LocalMinute::seconds), if end_s == 0 { DAY_S } else { end_s }))
}
