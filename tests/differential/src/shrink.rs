//! The smallest case that still is one.

use crate::case::{Case, Range, Restrictions};

/// Takes away from a case what it can do without while it `still` is what it was found for.
pub(crate) fn shrink(case: Case, still: impl Fn(&Case) -> bool) -> Case {
    let mut least = case;
    while let Some(smaller) = smaller(&least).into_iter().find(&still) {
        least = smaller;
    }
    least
}

/// Every case with one thing less.
fn smaller(case: &Case) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |change: &dyn Fn(&mut Case)| {
        let mut less = case.clone();
        change(&mut less);
        if less != *case {
            cases.push(less);
        }
    };
    for index in 0..case.session.periods.len() {
        if case.session.periods.len() > 1 {
            add(&|less| {
                less.session.periods.remove(index);
            });
            // The periods from here on are another session's.
            add(&|less| {
                if let Some(period) = less.session.periods.get(index).filter(|_| index > 0) {
                    less.session.end_ns = period.start_ns;
                    less.session.periods.truncate(index);
                }
            });
        }
        for without in [
            |period: &mut crate::case::Period| period.current = Range::default(),
            |period: &mut crate::case::Period| period.power = Range::default(),
            |period: &mut crate::case::Period| {
                if period.energy.is_some() {
                    period.charging = None;
                }
            },
        ] {
            add(&|less| less.session.periods.iter_mut().skip(index).take(1).for_each(without));
        }
    }
    for index in 0..case.tariff.elements.len() {
        if case.tariff.elements.len() > 1 {
            add(&|less| drop(less.tariff.elements.remove(index)));
        }
        let components = case.tariff.elements[index].components.len();
        for component in 0..components {
            if components > 1 {
                add(&|less| {
                    less.tariff.elements[index].components.remove(component);
                });
            }
            add(&|less| less.tariff.elements[index].components[component].vat = None);
            add(&|less| less.tariff.elements[index].components[component].step = 0);
        }
        for without in [
            |restrictions: &mut Restrictions| restrictions.start_time = None,
            |restrictions: &mut Restrictions| restrictions.end_time = None,
            |restrictions: &mut Restrictions| restrictions.start_date = None,
            |restrictions: &mut Restrictions| restrictions.end_date = None,
            |restrictions: &mut Restrictions| restrictions.kwh = Range::default(),
            |restrictions: &mut Restrictions| restrictions.current = Range::default(),
            |restrictions: &mut Restrictions| restrictions.power = Range::default(),
            |restrictions: &mut Restrictions| restrictions.min_duration = None,
            |restrictions: &mut Restrictions| restrictions.max_duration = None,
            |restrictions: &mut Restrictions| restrictions.day_of_week.clear(),
            |restrictions: &mut Restrictions| restrictions.reservation = None,
        ] {
            add(&|less| without(&mut less.tariff.elements[index].restrictions));
        }
    }
    add(&|less| less.tariff.min_price = None);
    add(&|less| less.tariff.max_price = None);
    add(&|less| less.tariff.tax_included = None);
    add(&|less| less.zone = "UTC");
    cases
}
