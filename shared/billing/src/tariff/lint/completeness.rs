//! What partners and drivers miss.

use super::finding::{Finding, FindingCode};
use crate::tariff::Tariff;

/// OCPI's `CiString(36)`.
const MAX_ID: usize = 36;

pub(super) fn look(tariff: &Tariff, findings: &mut Vec<Finding>) {
    let takes_explaining = tariff.elements.len() > 1
        || tariff.elements.iter().any(|element| element.restrictions.is_some() || element.price_components.len() > 2);
    if takes_explaining && tariff.tariff_alt_text.is_empty() && tariff.tariff_alt_url.is_none() {
        let text = "Prices under conditions, and neither a text nor a page that explains them.";
        findings.push(Finding::advice(FindingCode::TextMissing, "tariff_alt_text", text));
    }
    for (name, value) in [("country_code", &tariff.country_code), ("party_id", &tariff.party_id)] {
        if value.is_none() {
            let text = "OCPI requires it: a partner refuses the tariff without it.";
            findings.push(Finding::advice(FindingCode::OwnerMissing, name, text));
        }
    }
    if tariff.id.chars().count() > MAX_ID {
        let text = "OCPI has ids of 36 characters at most.";
        findings.push(Finding::advice(FindingCode::IdTooLong, "id", text));
    }
}
