//! Laws of what is found in a tariff.

use billing::pricing::{Period, Priced, Rates};
use billing::tariff::{FindingCode, Tariff};
use billing::time_zone;
use proptest::prelude::*;

use crate::generate::{Restricted, ZONE, even_periods, tariff};

fn priced(tariff: &Tariff, periods: &[Period]) -> Priced {
    Rates::new(tariff, Some(&time_zone(ZONE).unwrap())).unwrap().price(periods).unwrap()
}

/// The elements that are never reached, by place.
fn unreachable(tariff: &Tariff) -> Vec<usize> {
    let findings = tariff.lint();
    let is_unreachable = |index: &usize| {
        let path = format!("elements[{index}]");
        findings.iter().any(|finding| finding.code == FindingCode::Unreachable && finding.path == path)
    };
    (0..tariff.elements.len()).filter(is_unreachable).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_element_that_is_never_reached_changes_no_price(
        tariff in tariff("EUR", Restricted::ByAnything),
        periods in even_periods(),
        again in any::<prop::sample::Index>(),
    ) {
        // At the end what is there already, so that every tariff has such an element.
        let mut longer = tariff.clone();
        longer.elements.push(tariff.elements[again.index(tariff.elements.len())].clone());
        let unreachable = unreachable(&longer);
        let never = longer.lint().iter().any(|finding| finding.code == FindingCode::Impossible);
        prop_assert!(never || unreachable.contains(&tariff.elements.len()), "{:?}", longer.lint());
        let whole = priced(&longer, &periods);
        for index in unreachable {
            let mut shorter = longer.clone();
            shorter.elements.remove(index);
            let less = priced(&shorter, &periods);
            prop_assert_eq!(whole.total, less.total, "without elements[{}]", index);
            prop_assert_eq!(&whole.rounded, &less.rounded);
        }
    }
}
