//! A case as the other engine has to read it under a set of rules, and what it then says.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use rust_decimal::Decimal;

use crate::amounts::{Amount, Totals};
use crate::case::{Case, Dimension, Element, Period, Range, Session, Tariff};
use crate::rules::{Rule, is_whole_day};
use crate::steps::{Priced, Way};
use crate::{cut, limits, theirs};

/// What the other engine says of a case under rules.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) totals: Totals,
    /// Whether the total was rounded by it.
    pub(crate) rounded: bool,
    /// The total after tax is left open.
    pub(crate) open: bool,
    /// The rules whose conditions hold, of those that show only while a case is priced.
    pub(crate) shown: BTreeSet<Rule>,
}

/// A part of the case that is priced as a session.
struct Part {
    tariff: Tariff,
    session: Session,
}

/// Prices a case under rules.
pub(crate) fn read(case: &Case, rules: &BTreeSet<Rule>) -> Result<Reading, String> {
    let zone: Tz = case.zone.parse().map_err(|_| format!("no zone {}", case.zone))?;
    let case = rewrite(case, rules);
    let mut shown = BTreeSet::new();
    let by_limits = rules.contains(&Rule::Limits);
    let as_reported = !by_limits
        && ![Rule::Reservation, Rule::FreeVolume, Rule::NothingLast, Rule::ChargingLast]
            .iter()
            .any(|rule| rules.contains(rule));
    let (session, reservation) = parts(&case, rules.contains(&Rule::Reservation));
    let mut totals = price_part(session, rules, zone, &mut shown)?;
    if let Some(reservation) = reservation {
        let reserved = price_part(reservation, rules, zone, &mut shown)?;
        totals.reservation = reserved.fixed.plus(reserved.time);
    }
    let mut open = false;
    note(&mut shown, Rule::Limits, limits::matter(&case.tariff, totals.sum()));
    if by_limits {
        let (excl, incl) = limits::within(&case.tariff, totals.sum());
        open = incl.is_none();
        totals.total = Amount { excl, incl: incl.unwrap_or_default() };
    } else if !as_reported {
        totals.total = limits::taken_over(&case.tariff, totals.sum());
    }
    Ok(Reading { totals, rounded: as_reported, open, shown })
}

fn rewrite(case: &Case, rules: &BTreeSet<Rule>) -> Case {
    let mut case = case.clone();
    if rules.contains(&Rule::TaxIncluded) {
        make_net(&mut case.tariff);
    }
    if rules.contains(&Rule::WholeDay) {
        for element in case.tariff.elements.iter_mut().filter(|element| is_whole_day(&element.restrictions)) {
            (element.restrictions.start_time, element.restrictions.end_time) = (None, None);
        }
    }
    for period in &mut case.session.periods {
        if rules.contains(&Rule::NotMeasured) {
            *period = measured(period);
        }
        if rules.contains(&Rule::Ranges) {
            let exchanged = |Range { min, max }: Range| Range { min: max, max: min };
            (period.current, period.power) = (exchanged(period.current), exchanged(period.power));
        }
        if rules.contains(&Rule::NotMeasured) {
            meets_nothing(&mut period.current);
            meets_nothing(&mut period.power);
        }
        if rules.contains(&Rule::WholeSeconds) {
            *period = whole_seconds(period);
        }
    }
    case
}

/// Prices before tax, whatever the tariff states.
fn make_net(tariff: &mut Tariff) {
    let taxes = tariff.tax_included.take();
    for component in tariff.elements.iter_mut().flat_map(|element| &mut element.components) {
        match taxes {
            Some("YES") => {
                component.price /= Decimal::ONE + component.vat.unwrap_or_default() / Decimal::ONE_HUNDRED;
            }
            Some("N/A") => component.vat = None,
            Some(_) | None => {}
        }
    }
}

/// The period with current and power as they follow from it: one bound stands in for the other of a current, the average for a power,
/// nothing flows while neither energy nor charging time is there.
pub(crate) fn measured(period: &Period) -> Period {
    let still = period.is_still().then_some(Decimal::ZERO);
    let current = Range {
        min: period.current.min.or(period.current.max).or(still),
        max: period.current.max.or(period.current.min).or(still),
    };
    let hours = whole_seconds(period).charging.filter(|hours| !hours.is_zero());
    let average = still.or_else(|| Some(period.energy.unwrap_or_default() / hours?));
    let power = Range { min: period.power.min.or(average), max: period.power.max.or(average) };
    Period { current, power, ..*period }
}

/// The engine tests the most against a lower limit and the least against an upper one: what is missing shall meet neither.
fn meets_nothing(range: &mut Range) {
    range.max = range.max.or(Some(Decimal::NEGATIVE_ONE));
    range.min = range.min.or(Some(Decimal::from(1_000_000_000)));
}

/// The period with its hours at the nearest whole seconds.
pub(crate) fn whole_seconds(period: &Period) -> Period {
    let hour = Decimal::from(3600);
    let snap = |hours: Option<Decimal>| {
        hours.map(|hours| {
            (hours * hour).round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero) / hour
        })
    };
    Period {
        charging: snap(period.charging),
        parking: snap(period.parking),
        reservation: snap(period.reservation),
        ..*period
    }
}

/// The session, and its reservation where that is told apart.
fn parts(case: &Case, apart: bool) -> (Part, Option<Part>) {
    let Case { tariff, session, .. } = case;
    if !apart {
        return (Part { tariff: tariff.clone(), session: session.clone() }, None);
    }
    let reserved = session.periods.iter().take_while(|period| period.is_reservation()).count();
    let (before, after) = session.periods.split_at(reserved);
    let begin_ns = after.first().map_or(session.end_ns, |period| period.start_ns);
    let of = |wanted: Option<&str>| -> Vec<Element> {
        let mine = tariff.elements.iter().filter(|element| element.restrictions.reservation == wanted);
        let mut elements: Vec<Element> = mine.cloned().collect();
        for element in &mut elements {
            element.restrictions.reservation = None;
        }
        elements
    };
    let mut elements = if after.is_empty() { of(Some("RESERVATION_EXPIRES")) } else { Vec::new() };
    elements.extend(of(Some("RESERVATION")));
    let as_charging = |period: &Period| Period { charging: period.reservation, reservation: None, ..*period };
    let reservation = Part {
        tariff: Tariff { elements, min_price: None, max_price: None, ..tariff.clone() },
        session: Session { periods: before.iter().map(as_charging).collect(), end_ns: begin_ns },
    };
    let session = Part {
        tariff: Tariff { elements: of(None), ..tariff.clone() },
        session: Session { periods: after.to_vec(), end_ns: session.end_ns },
    };
    (session, Some(reservation))
}

fn price_part(part: Part, rules: &BTreeSet<Rule>, zone: Tz, shown: &mut BTreeSet<Rule>) -> Result<Totals, String> {
    let Part { mut tariff, mut session } = part;
    if rules.contains(&Rule::Boundary) {
        let periods = session.periods.len();
        session = cut::cut(&tariff.elements, &session, zone);
        note(shown, Rule::Boundary, session.periods.len() > periods);
    }
    if rules.contains(&Rule::Limits) {
        (tariff.min_price, tariff.max_price) = (None, None);
    }
    let way = Way {
        priced_only: rules.contains(&Rule::FreeVolume),
        skips_nothing: rules.contains(&Rule::NothingLast),
        by_order: rules.contains(&Rule::ChargingLast),
    };
    if !way.priced_only && !way.skips_nothing && !way.by_order {
        return theirs::price(&tariff, &session, zone);
    }
    let chosen = theirs::choices(&tariff, &session, zone)?;
    let mut totals = theirs::price(&without_steps(&tariff), &session, zone)?;
    let priced = Priced { tariff: &tariff, periods: &session.periods, chosen: &chosen };
    note(shown, Rule::FreeVolume, priced.has_free_volume());
    note(shown, Rule::NothingLast, priced.has_nothing_last());
    note(shown, Rule::ChargingLast, priced.charges_last());
    priced.round_up(way, &mut totals);
    Ok(totals)
}

fn note(shown: &mut BTreeSet<Rule>, rule: Rule, holds: bool) {
    if holds {
        shown.insert(rule);
    }
}

fn without_steps(tariff: &Tariff) -> Tariff {
    let mut tariff = tariff.clone();
    for component in tariff.elements.iter_mut().flat_map(|element| &mut element.components) {
        if component.dimension != Dimension::Flat {
            component.step = 0;
        }
    }
    tariff
}
