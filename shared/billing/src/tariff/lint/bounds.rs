//! Conditions as bounds: what one element leaves of another.

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::decimal::Decimal;
use crate::exact::Exact;
use crate::tariff::{Restrictions, day_number};

/// With more remainders than this it is not worked out what is left.
const MAX_REMAINDERS: usize = 2000;
const DAY_MINUTES: i64 = 1440;
const EVERY_DAY: u8 = 0b0111_1111;

/// From, inclusive, and until, exclusive; no bound: any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    from: Option<Exact>,
    until: Option<Exact>,
}

/// A set of instants of sessions: the product of its spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Bit 0 is Monday.
    days: u8,
    /// Minute of the day, date, energy and duration: a point of each is known at every instant.
    spans: [Span; 4],
    /// Current and power: a period has a range of each, or none is known, so no two conditions on them add up to any.
    measured: [Span; 2],
}

impl Span {
    const ANY: Self = Self { from: None, until: None };

    fn is_empty(self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| from >= until)
    }

    fn contains(self, other: Self) -> bool {
        self.from.is_none_or(|mine| other.from.is_some_and(|theirs| mine <= theirs))
            && self.until.is_none_or(|mine| other.until.is_some_and(|theirs| theirs <= mine))
    }

    fn common(self, other: Self) -> Self {
        let latest = |mine: Option<Exact>, theirs: Option<Exact>| mine.max(theirs);
        let earliest = |mine: Option<Exact>, theirs: Option<Exact>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (one, other) => one.or(other),
        };
        Self { from: latest(self.from, other.from), until: earliest(self.until, other.until) }
    }

    /// What of it lies before and after another one, which lies within.
    fn around(self, other: Self) -> impl Iterator<Item = Self> {
        let before = Self { from: self.from, until: other.from };
        let after = Self { from: other.until, until: self.until };
        let before = other.from.is_some().then_some(before);
        let after = other.until.is_some().then_some(after);
        before.into_iter().chain(after).filter(|rest| !rest.is_empty())
    }
}

impl Bounds {
    /// Everything.
    pub(super) const ANY: Self = Self { days: EVERY_DAY, spans: [Span::ANY; 4], measured: [Span::ANY; 2] };

    /// When an element with these restrictions applies: none, one, or two where a window goes over midnight.
    pub(super) fn of(restrictions: Option<&Restrictions>) -> Vec<Self> {
        let Some(restrictions) = restrictions else { return vec![Self::ANY] };
        let days = restrictions.day_of_week.iter().fold(0, |days, day| days | day.bit());
        let exact = |value: Option<Decimal>| value.map(Decimal::exact);
        let whole = |value: Option<i64>| value.filter(|value| *value > 0).map(Exact::whole);
        let from_zero = |value: Option<Decimal>| exact(value).filter(|value| value.is_positive());
        let date = |date: Option<Date>| date.map(|date| Exact::whole(day_number(date)));
        let bounds = |minutes: Span| Self {
            days: if days == 0 { EVERY_DAY } else { days },
            spans: [
                minutes,
                Span { from: date(restrictions.start_date), until: date(restrictions.end_date) },
                Span { from: from_zero(restrictions.min_kwh), until: exact(restrictions.max_kwh) },
                Span { from: whole(restrictions.min_duration), until: restrictions.max_duration.map(Exact::whole) },
            ],
            measured: [
                Span { from: exact(restrictions.min_current), until: exact(restrictions.max_current) },
                Span { from: exact(restrictions.min_power), until: exact(restrictions.max_power) },
            ],
        };
        windows(restrictions).into_iter().map(bounds).filter(|bounds| !bounds.is_empty()).collect()
    }

    fn is_empty(&self) -> bool {
        let nothing_below_zero = |span: &Span| span.until.is_some_and(|until| !until.is_positive());
        let [_, _, energy, duration] = &self.spans;
        self.days == 0
            || self.spans.iter().chain(&self.measured).any(|span| span.is_empty())
            || [energy, duration].into_iter().any(nothing_below_zero)
    }

    /// What both have in common; `None`: nothing.
    fn common(&self, other: &Self) -> Option<Self> {
        let mut common = *self;
        common.days &= other.days;
        for (span, theirs) in common.spans.iter_mut().zip(other.spans) {
            *span = span.common(theirs);
        }
        for (span, theirs) in common.measured.iter_mut().zip(other.measured) {
            *span = span.common(theirs);
        }
        (!common.is_empty()).then_some(common)
    }

    /// Whether there is anything that both hold for.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        self.common(other).is_some()
    }

    /// What is left when everything of the other is taken away.
    fn without(&self, other: &Self) -> Vec<Self> {
        let measured = other.measured.iter().zip(&self.measured);
        let Some(common) = self.common(other).filter(|_| measured.clone().all(|(theirs, mine)| theirs.contains(*mine)))
        else {
            return vec![*self];
        };
        let mut left = Vec::new();
        let mut rest = *self;
        if rest.days != common.days {
            left.push(Self { days: rest.days & !common.days, ..rest });
            rest.days = common.days;
        }
        for axis in 0..rest.spans.len() {
            let (Some(mine), Some(shared)) = (rest.spans.get(axis).copied(), common.spans.get(axis).copied()) else {
                continue;
            };
            for around in mine.around(shared) {
                let mut part = rest;
                part.spans.iter_mut().skip(axis).take(1).for_each(|span| *span = around);
                left.push(part);
            }
            rest.spans.iter_mut().skip(axis).take(1).for_each(|span| *span = shared);
        }
        left
    }
}

/// Whether the others together hold whenever one of these does.
pub(super) fn are_covered<'a>(these: &[Bounds], others: impl Iterator<Item = &'a Bounds>) -> bool {
    let mut left = these.to_vec();
    for other in others {
        left = left.iter().flat_map(|bounds| bounds.without(other)).collect();
        if left.is_empty() {
            return true;
        }
        if left.len() > MAX_REMAINDERS {
            return false;
        }
    }
    left.is_empty()
}

/// The minutes of the day in which restrictions by time of day hold; `00:00` ends the day.
fn windows(restrictions: &Restrictions) -> Vec<Span> {
    let minute = |time: crate::tariff::LocalMinute| time.seconds() / 60;
    let start = restrictions.start_time.map_or(0, minute);
    let end = restrictions.end_time.map(minute).filter(|end| *end != 0).unwrap_or(DAY_MINUTES);
    let from = |minute: i64| (minute != 0).then(|| Exact::whole(minute));
    let until = |minute: i64| (minute != DAY_MINUTES).then(|| Exact::whole(minute));
    match start.cmp(&end) {
        Ordering::Less => vec![Span { from: from(start), until: until(end) }],
        Ordering::Equal => vec![Span::ANY],
        Ordering::Greater => vec![Span { from: None, until: until(end) }, Span { from: from(start), until: None }],
    }
}
