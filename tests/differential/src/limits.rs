//! `min_price` and `max_price` as OCPI states them: the side before tax and the side after tax apply each by itself.

use rust_decimal::Decimal;

use crate::amounts::Amount;
use crate::case::{Limit, Tariff};

/// The sum within the tariff's limits. `None` after tax: a minimum before tax alone, of which nothing says how it is taxed.
pub(crate) fn within(tariff: &Tariff, sum: Amount) -> (Decimal, Option<Decimal>) {
    let mut total = (sum.excl, Some(sum.incl));
    for (limit, hold) in [
        (tariff.min_price, Decimal::max as fn(Decimal, Decimal) -> Decimal),
        (tariff.max_price, Decimal::min as fn(Decimal, Decimal) -> Decimal),
    ] {
        let Some(Limit { excl: limit_excl, incl: limit_incl }) = limit else { continue };
        let (excl, Some(incl)) = total else { continue };
        let held = hold(excl, limit_excl);
        let held_incl = match limit_incl {
            // Without tax there is one total, and both limits hold for it.
            Some(limit) if incl == excl && !excl.is_zero() => Some(hold(held, limit)),
            Some(limit) => Some(hold(incl, limit)),
            None if held == excl => Some(incl),
            None if excl.is_zero() => None,
            // The tax follows what it is a tax on.
            None => Some(incl * held / excl),
        };
        total = (held, held_incl);
    }
    total
}

/// Whether a limit changes the sum, by either way.
pub(crate) fn matter(tariff: &Tariff, sum: Amount) -> bool {
    within(tariff, sum) != (sum.excl, Some(sum.incl)) || taken_over(tariff, sum) != sum
}

/// The sum within the limits as the other engine has it: the limit is taken over, both sides of it, where the sides before tax are beyond it.
pub(crate) fn taken_over(tariff: &Tariff, sum: Amount) -> Amount {
    let both = |amount: Amount| (amount.excl, amount.incl);
    let limit = |limit: Limit| Amount { excl: limit.excl, incl: limit.incl.unwrap_or(Decimal::NEGATIVE_ONE) };
    let mut total = sum;
    if let Some(least) = tariff.min_price.map(limit).filter(|least| both(total) < both(*least)) {
        total = least;
    }
    if let Some(most) = tariff.max_price.map(limit).filter(|most| both(total) > both(*most)) {
        total = most;
    }
    total
}
