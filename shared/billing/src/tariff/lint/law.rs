//! What Regulation (EU) 2023/1804 (AFIR), Article 5, asks of prices for drivers without a contract.

use super::finding::{Finding, FindingCode};
use super::money::components;
use super::order::name;
use crate::tariff::{Tariff, TariffDimension};

/// The member states of the Union.
const UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

pub(super) fn look(tariff: &Tariff, findings: &mut Vec<Finding>) {
    let in_the_union = tariff.country_code.as_deref().is_none_or(|country| UNION.contains(&country));
    let ad_hoc = tariff.kind.as_deref().is_none_or(|kind| kind == "AD_HOC_PAYMENT");
    if !in_the_union || !ad_hoc {
        return;
    }
    // What is free of charge is no price.
    let priced: Vec<TariffDimension> = components(tariff)
        .filter(|(path, component)| !component.price.exact().is_zero() && !is_for_reservations(tariff, path))
        .map(|(_, component)| component.dimension)
        .collect();
    look_at_kinds(&priced, findings);
    look_at_order(&priced, findings);
}

fn is_for_reservations(tariff: &Tariff, path: &str) -> bool {
    tariff.elements.iter().enumerate().any(|(index, element)| {
        path.starts_with(&format!("elements[{index}]."))
            && element.restrictions.as_ref().is_some_and(|restrictions| restrictions.reservation.is_some())
    })
}

/// At 50 kW and more: a price per kWh, and at most a fee per minute against long occupancy.
fn look_at_kinds(priced: &[TariffDimension], findings: &mut Vec<Finding>) {
    let others = [TariffDimension::Flat, TariffDimension::Time].into_iter().filter(|other| priced.contains(other));
    let others: Vec<&str> = others.map(name).collect();
    let text = if priced.is_empty() {
        return;
    } else if !priced.contains(&TariffDimension::Energy) {
        "At stations of 50 kW and more, drivers without a contract pay per kWh (AFIR Art. 5); there is no price per kWh.".to_owned()
    } else if others.is_empty() {
        return;
    } else {
        format!(
            "At stations of 50 kW and more, drivers without a contract pay per kWh and at most an occupancy fee per minute (AFIR Art. 5); \
             there is {}, too.",
            others.join(" and ")
        )
    };
    findings.push(Finding::advice(FindingCode::AdHocNotPerKwh, "elements", text));
}

/// Below 50 kW: per kWh, per minute, per session, others.
fn look_at_order(priced: &[TariffDimension], findings: &mut Vec<Finding>) {
    let rank = |dimension: &TariffDimension| match dimension {
        TariffDimension::Energy => 0,
        TariffDimension::Time | TariffDimension::ParkingTime => 1,
        TariffDimension::Flat => 2,
    };
    let mut seen: Vec<i32> = Vec::new();
    for rank in priced.iter().map(rank) {
        if !seen.contains(&rank) {
            seen.push(rank);
        }
    }
    if !seen.is_sorted() {
        let text = "Drivers without a contract are shown the price per kWh first, then per minute, then per session (AFIR Art. 5, below 50 kW).";
        findings.push(Finding::advice(FindingCode::AdHocOrder, "elements", text));
    }
}
