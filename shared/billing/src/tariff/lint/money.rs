//! Prices, steps and taxes.

use super::finding::{Finding, FindingCode};
use crate::tariff::{PriceComponent, Tariff, TariffDimension, TaxIncluded};

pub(super) fn look(tariff: &Tariff, findings: &mut Vec<Finding>) {
    for (path, component) in components(tariff) {
        look_at_price(component, &path, findings);
    }
    look_at_taxes(tariff, findings);
}

/// Every component with its place.
pub(super) fn components(tariff: &Tariff) -> impl Iterator<Item = (String, &PriceComponent)> {
    tariff.elements.iter().enumerate().flat_map(|(element, prices)| {
        let place = move |component: usize| format!("elements[{element}].price_components[{component}]");
        prices.price_components.iter().enumerate().map(move |(index, component)| (place(index), component))
    })
}

fn look_at_price(component: &PriceComponent, path: &str, findings: &mut Vec<Finding>) {
    if component.price.is_negative() {
        let text = "The driver is paid.";
        findings.push(Finding::warning(FindingCode::NegativePrice, format!("{path}.price"), text));
    } else if component.price.exact().is_zero() && component.dimension != TariffDimension::Flat {
        let text = "It says that this is free. A FLAT of 0 says that everything is.";
        findings.push(Finding::advice(FindingCode::ZeroPrice, format!("{path}.price"), text));
    }
    let unit = match component.dimension {
        TariffDimension::Flat => return,
        TariffDimension::Energy => "Wh",
        TariffDimension::Time | TariffDimension::ParkingTime => "s",
    };
    if component.step_size > 1 {
        let text = format!("Drivers pay for up to {} {unit} that they have not used.", component.step_size - 1);
        findings.push(Finding::warning(FindingCode::StepSize, format!("{path}.step_size"), text));
    }
}

fn look_at_taxes(tariff: &Tariff, findings: &mut Vec<Finding>) {
    let any = components(tariff).any(|(_, component)| component.vat.is_some());
    if tariff.taxes() == TaxIncluded::NotApplicable {
        if any {
            let text = "No tax applies, so the VAT of its prices is ignored.";
            findings.push(Finding::advice(FindingCode::VatWithoutTax, "tax_included", text));
        }
        return;
    }
    if !any {
        let text = "No price has VAT, so none is billed. Where it is 0, say 0; where no tax applies, say \"N/A\" in tax_included.";
        findings.push(Finding::advice(FindingCode::VatNowhere, "elements", text));
        return;
    }
    for (path, component) in components(tariff) {
        if component.vat.is_none() && !component.price.exact().is_zero() {
            let text = "Other prices have VAT, this one has none.";
            findings.push(Finding::warning(FindingCode::VatMissing, path, text));
        }
    }
    for (name, limit) in [("min_price", tariff.min_price), ("max_price", tariff.max_price)] {
        if limit.is_some_and(|limit| limit.incl_vat.is_none()) {
            let text = "The limit after tax is left open; it follows the limit before tax, others may do without.";
            findings.push(Finding::advice(FindingCode::LimitBeforeTaxOnly, name, text));
        }
    }
}
