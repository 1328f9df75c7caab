//! Elements that come too late, and volumes that none has a price for.

use super::bounds::{Bounds, are_covered};
use super::finding::{Finding, FindingCode};
use crate::tariff::{PriceComponent, ReservationRestriction, Tariff, TariffDimension, TariffElement};

/// An element and when it applies.
struct Placed<'a> {
    index: usize,
    element: &'a TariffElement,
    bounds: Vec<Bounds>,
}

impl Placed<'_> {
    fn reservation(&self) -> Option<ReservationRestriction> {
        self.element.restrictions.as_ref().and_then(|restrictions| restrictions.reservation)
    }

    /// What counts of a dimension: the first component.
    fn component(&self, dimension: TariffDimension) -> Option<&PriceComponent> {
        self.element.price_components.iter().find(|component| component.dimension == dimension)
    }

    /// The dimensions that it can price at all, each once.
    fn dimensions(&self) -> impl Iterator<Item = TariffDimension> {
        let all = [TariffDimension::Flat, TariffDimension::Energy, TariffDimension::Time, TariffDimension::ParkingTime];
        all.into_iter().filter(|dimension| {
            self.component(*dimension).is_some()
                && (self.reservation().is_none() || matches!(dimension, TariffDimension::Flat | TariffDimension::Time))
        })
    }
}

pub(super) fn look(tariff: &Tariff, findings: &mut Vec<Finding>) {
    let placed: Vec<Placed<'_>> = tariff
        .elements
        .iter()
        .enumerate()
        .map(|(index, element)| Placed { index, element, bounds: Bounds::of(element.restrictions.as_ref()) })
        .collect();
    for (position, element) in placed.iter().enumerate() {
        look_for_shadows(element, findings);
        // What never applies is told as that.
        if element.bounds.is_empty() {
            continue;
        }
        let (earlier, _) = placed.split_at(position);
        if is_unreachable(element, earlier) {
            let text = "The elements before it apply whenever it does, for each of its prices.";
            findings.push(Finding::warning(FindingCode::Unreachable, format!("elements[{}]", element.index), text));
        } else {
            let same = earlier.iter().filter(|other| other.reservation() == element.reservation());
            same.for_each(|other| look_for_overlap(other, element, findings));
        }
    }
    for dimension in [TariffDimension::Energy, TariffDimension::Time, TariffDimension::ParkingTime] {
        look_for_gaps(&placed, dimension, findings);
    }
}

fn look_for_shadows(placed: &Placed<'_>, findings: &mut Vec<Finding>) {
    let components = &placed.element.price_components;
    for (index, component) in components.iter().enumerate() {
        if components.iter().take(index).any(|other| other.dimension == component.dimension) {
            let path = format!("elements[{}].price_components[{index}]", placed.index);
            let text =
                format!("The element has another price of {} before this one; that counts.", name(component.dimension));
            findings.push(Finding::warning(FindingCode::Shadowed, path, text));
        }
    }
}

fn is_unreachable(element: &Placed<'_>, earlier: &[Placed<'_>]) -> bool {
    element.dimensions().all(|dimension| {
        let same = earlier
            .iter()
            .filter(|other| other.reservation() == element.reservation() && other.component(dimension).is_some());
        are_covered(&element.bounds, same.flat_map(|other| &other.bounds))
    })
}

fn look_for_overlap(earlier: &Placed<'_>, later: &Placed<'_>, findings: &mut Vec<Finding>) {
    let overlap = earlier.bounds.iter().any(|one| later.bounds.iter().any(|other| one.overlap(other)));
    // An exception before what it is an exception from is how tariffs are written.
    if !overlap
        || are_covered(&earlier.bounds, later.bounds.iter())
        || are_covered(&later.bounds, earlier.bounds.iter())
    {
        return;
    }
    for dimension in later.dimensions() {
        let (Some(first), Some(second)) = (earlier.component(dimension), later.component(dimension)) else { continue };
        if first.price.exact() != second.price.exact() || first.vat != second.vat || first.step_size != second.step_size
        {
            let text = format!(
                "It overlaps with elements[{}], whose price of {} counts there.",
                earlier.index,
                name(dimension)
            );
            findings.push(Finding::advice(FindingCode::OrderDecides, format!("elements[{}]", later.index), text));
        }
    }
}

fn look_for_gaps(placed: &[Placed<'_>], dimension: TariffDimension, findings: &mut Vec<Finding>) {
    let priced = || placed.iter().filter(|other| other.reservation().is_none() && other.component(dimension).is_some());
    if priced().next().is_none() || are_covered(&[Bounds::ANY], priced().flat_map(|other| &other.bounds)) {
        return;
    }
    let text = format!(
        "{} is free where no element applies; a last element without restrictions would price it.",
        name(dimension)
    );
    findings.push(match dimension {
        TariffDimension::Energy => Finding::warning(FindingCode::NoFallback, "elements", text),
        TariffDimension::Flat | TariffDimension::Time | TariffDimension::ParkingTime => {
            Finding::advice(FindingCode::NoFallback, "elements", text)
        }
    });
}

/// As OCPI writes it.
pub(super) fn name(dimension: TariffDimension) -> &'static str {
    match dimension {
        TariffDimension::Flat => "FLAT",
        TariffDimension::Energy => "ENERGY",
        TariffDimension::Time => "TIME",
        TariffDimension::ParkingTime => "PARKING_TIME",
    }
}
