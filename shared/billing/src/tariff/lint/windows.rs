//! Bounds that nothing lies between, and windows that people read in two ways.

use super::finding::{Finding, FindingCode};
use super::order::name;
use crate::decimal::Decimal;
use crate::exact::Exact;
use crate::tariff::{Restrictions, Tariff, TariffDimension};

pub(super) fn look(tariff: &Tariff, findings: &mut Vec<Finding>) {
    if tariff.start_date_time.zip(tariff.end_date_time).is_some_and(|(start, end)| start >= end) {
        let text = "The tariff ends before it starts.";
        findings.push(Finding::warning(FindingCode::NeverValid, "end_date_time", text));
    }
    for (index, element) in tariff.elements.iter().enumerate() {
        let Some(restrictions) = &element.restrictions else { continue };
        let path = format!("elements[{index}].restrictions");
        look_for_impossible(restrictions, &path, findings);
        look_at_clock(restrictions, &path, findings);
        if restrictions.reservation.is_none() {
            continue;
        }
        for (component, price) in element.price_components.iter().enumerate() {
            if matches!(price.dimension, TariffDimension::Energy | TariffDimension::ParkingTime) {
                let text =
                    format!("A reservation has FLAT and TIME only; {} is never billed for it.", name(price.dimension));
                let path = format!("elements[{index}].price_components[{component}]");
                findings.push(Finding::warning(FindingCode::NotForReservations, path, text));
            }
        }
    }
}

fn look_for_impossible(restrictions: &Restrictions, path: &str, findings: &mut Vec<Finding>) {
    let exact = |value: Option<Decimal>| value.map(Decimal::exact);
    let whole = |value: Option<i64>| value.map(Exact::whole);
    for (unit, min, max) in [
        ("kwh", exact(restrictions.min_kwh), exact(restrictions.max_kwh)),
        ("current", exact(restrictions.min_current), exact(restrictions.max_current)),
        ("power", exact(restrictions.min_power), exact(restrictions.max_power)),
        ("duration", whole(restrictions.min_duration), whole(restrictions.max_duration)),
    ] {
        // Nothing is below 0 either.
        let Some(max) = max else { continue };
        if min.unwrap_or(Exact::ZERO) >= max {
            let text = format!("Nothing is from min_{unit} on and below max_{unit}: the element never applies.");
            findings.push(Finding::warning(FindingCode::Impossible, format!("{path}.max_{unit}"), text));
        }
    }
    if restrictions.start_date.zip(restrictions.end_date).is_some_and(|(start, end)| start >= end) {
        let text = "end_date is not included: the element never applies.";
        findings.push(Finding::warning(FindingCode::Impossible, format!("{path}.end_date"), text));
    }
}

fn look_at_clock(restrictions: &Restrictions, path: &str, findings: &mut Vec<Finding>) {
    let Some((start, end)) = restrictions.start_time.zip(restrictions.end_time) else { return };
    if start == end {
        let text = "It ends as it starts: the whole day to us, no time at all to others. Leave both out.";
        findings.push(Finding::warning(FindingCode::SameStartAndEnd, format!("{path}.end_time"), text));
    }
    if start > end && end.seconds() != 0 && !restrictions.day_of_week.is_empty() && restrictions.day_of_week.len() < 7 {
        let text =
            "After midnight it is the next day of the week, which must be listed, too, if the night is meant to go on.";
        findings.push(Finding::advice(FindingCode::WeekdaysOverMidnight, format!("{path}.day_of_week"), text));
    }
}
