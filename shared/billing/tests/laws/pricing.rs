//! Laws of a price.

use billing::pricing::{Period, Priced, Rates};
use billing::tariff::{PriceLimit, Tariff};
use billing::{Decimal, Exact, time_zone};
use proptest::prelude::*;

use crate::generate::{CASES, Restricted, ZONE, even_periods, periods, tariff};

fn priced(tariff: &Tariff, periods: &[Period]) -> Priced {
    Rates::new(tariff, Some(&time_zone(ZONE).unwrap())).unwrap().price(periods).unwrap()
}

/// The first `seconds` of a period, and the rest; energy in proportion.
fn split(period: &Period, seconds: i64) -> [Period; 2] {
    let length = period.end_s - period.start_s;
    let share = Exact::fraction(i128::from(seconds), i128::from(length)).unwrap();
    let energy_wh = period.energy_wh.times(share).unwrap();
    let first = |whole: i64| if whole == 0 { 0 } else { seconds };
    let head = Period {
        end_s: period.start_s + seconds,
        energy_wh,
        charging_s: first(period.charging_s),
        parking_s: first(period.parking_s),
        ..*period
    };
    let tail = Period {
        start_s: head.end_s,
        energy_wh: period.energy_wh.minus(energy_wh).unwrap(),
        charging_s: period.charging_s - head.charging_s,
        parking_s: period.parking_s - head.parking_s,
        ..*period
    };
    [head, tail]
}

fn within(amount: Exact, min: Option<Decimal>, max: Option<Decimal>) -> bool {
    min.is_none_or(|min| amount >= min.exact()) && max.is_none_or(|max| amount <= max.exact())
}

fn limits(tariff: &Tariff, side: fn(PriceLimit) -> Option<Decimal>) -> (Option<Decimal>, Option<Decimal>) {
    (tariff.min_price.and_then(side), tariff.max_price.and_then(side))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn splitting_a_period_changes_no_total(
        tariff in tariff("EUR", Restricted::ByAnything),
        periods in even_periods(),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
    ) {
        let which = which.index(periods.len());
        let minutes = usize::try_from((periods[which].end_s - periods[which].start_s) / 60).unwrap();
        prop_assume!(minutes > 1);
        let seconds = (i64::try_from(at.index(minutes - 1)).unwrap() + 1) * 60;
        let mut pieces = periods.clone();
        pieces.splice(which..=which, split(&periods[which], seconds));
        let (whole, split) = (priced(&tariff, &periods), priced(&tariff, &pieces));
        prop_assert_eq!(whole.total, split.total);
        prop_assert_eq!(whole.rounded, split.rounded);
    }

    #[test]
    fn more_energy_never_costs_less(
        tariff in tariff("EUR", Restricted::NotByEnergy),
        periods in periods(),
        which in any::<prop::sample::Index>(),
        extra_wh in 1..5000_i64,
    ) {
        let mut more = periods.clone();
        let period = &mut more[which.index(periods.len())];
        period.energy_wh = period.energy_wh.plus(Exact::whole(extra_wh)).unwrap();
        let (less, more) = (priced(&tariff, &periods), priced(&tariff, &more));
        prop_assert!(more.total.excl >= less.total.excl);
        // Under a limit before tax only, tax follows the mix of rates, and more untaxed energy makes the mix cheaper.
        let one_sided = |limit: Option<PriceLimit>| limit.is_some_and(|limit| limit.incl_vat.is_none());
        if !one_sided(tariff.min_price) && !one_sided(tariff.max_price) {
            prop_assert!(more.total.incl >= less.total.incl);
        }
    }

    #[test]
    fn a_total_stays_within_its_limits_before_and_after_tax_and_after_rounding(
        tariff in tariff("EUR", Restricted::ByAnything),
        periods in periods(),
    ) {
        let priced = priced(&tariff, &periods);
        let (min, max) = limits(&tariff, |limit| Some(limit.excl_vat));
        prop_assert!(within(priced.total.excl, min, max));
        prop_assert!(within(Exact::fraction(i128::from(priced.rounded.excl_minor), 100).unwrap(), min, max));
        let (min, max) = limits(&tariff, |limit| limit.incl_vat);
        prop_assert!(within(priced.total.incl, min, max));
        prop_assert!(within(Exact::fraction(i128::from(priced.rounded.incl_minor), 100).unwrap(), min, max));
    }

    #[test]
    fn rounding_moves_each_rate_by_less_than_a_minor_unit_and_the_parts_add_up(
        (tariff, units) in prop_oneof![
            tariff("JPY", Restricted::ByAnything).prop_map(|tariff| (tariff, 1)),
            tariff("EUR", Restricted::ByAnything).prop_map(|tariff| (tariff, 100)),
            tariff("KWD", Restricted::ByAnything).prop_map(|tariff| (tariff, 1000)),
        ],
        periods in periods(),
    ) {
        // A limit that has no whole number of minor units moves the total further.
        let tariff = Tariff { min_price: None, max_price: None, ..tariff };
        let Priced { total, rounded, lines, .. } = priced(&tariff, &periods);
        let exact_minor = |exact: Exact| exact.times(Exact::whole(units)).unwrap();
        let rates = i64::try_from(rounded.vat.len()).unwrap();
        for (exact, minor) in [(total.excl, rounded.excl_minor), (total.incl, rounded.incl_minor)] {
            let moved = exact_minor(exact).minus(Exact::whole(minor)).unwrap();
            prop_assert!(moved <= Exact::whole(rates) && moved >= Exact::whole(-rates));
        }
        let base: i64 = rounded.vat.iter().map(|share| share.base_minor).sum();
        let vat: i64 = rounded.vat.iter().map(|share| share.vat_minor).sum();
        prop_assert_eq!((base, vat, base + vat), (rounded.excl_minor, rounded.vat_minor, rounded.incl_minor));
        let sum = lines.iter().fold(Exact::ZERO, |sum, line| sum.plus(line.cost_excl.exact()).unwrap());
        let off = sum.minus(total.excl).unwrap().times(Exact::whole(100_000)).unwrap();
        prop_assert!(off < Exact::ONE && off > Exact::whole(-1), "lines miss the total by {:?}", off);
    }
}
