//! From exact amounts to minor units: half away from zero, once per VAT rate.

use super::outcome::{RoundedCost, VatShare};
use super::rates::Rates;
use super::sum::Amount;
use crate::decimal::Decimal;
use crate::exact::Exact;
use crate::tariff::PriceLimit;

/// What falls under one VAT rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    rate: Option<Decimal>,
    amount: Amount,
}

impl Group {
    pub(super) fn add(groups: &mut Vec<Self>, rate: Option<Decimal>, amount: &Amount) -> Option<()> {
        let same = |group: &&mut Self| group.rate == rate || group.rate.map(Decimal::exact) == rate.map(Decimal::exact);
        match groups.iter_mut().find(same) {
            Some(group) => group.amount.add(amount)?,
            None => groups.push(Self { rate, amount: *amount }),
        }
        Some(())
    }

    /// What falls under all rates together.
    pub(super) fn sum(groups: &[Self]) -> Option<Amount> {
        let mut sum = Amount::ZERO;
        groups.iter().try_for_each(|group| sum.add(&group.amount))?;
        Some(sum)
    }

    /// What turns an amount before tax into one after tax.
    pub(super) fn tax_factor(&self) -> Option<Exact> {
        let hundred = Exact::whole(100);
        self.rate.map_or(Some(Exact::ONE), |rate| rate.exact().plus(hundred)?.over(hundred))
    }
}

/// Rounds the total. The side of the price that the tariff states (before tax, or after tax where tax is included) and the tax are
/// rounded per rate; the other side is what these make. Where a limit changed the sum, it is spread over the rates in proportion and
/// the parts add up to the rounded total; in no case does rounding carry the total over a limit.
pub(super) fn round(rates: &Rates, mut groups: Vec<Group>, sum: Amount, total: Amount) -> Option<RoundedCost> {
    let limited = sum != total;
    if limited {
        spread(&mut groups, sum, total)?;
    }
    let units = rates.minor_per_unit;
    let minor = |amount: Exact| i64::try_from(amount.round_in(units)?).ok();
    let mut shares = Vec::with_capacity(groups.len());
    for Group { rate, amount } in groups {
        let vat_minor = minor(amount.incl.minus(amount.excl)?)?;
        let base_minor = if rates.gross { minor(amount.incl)?.checked_sub(vat_minor)? } else { minor(amount.excl)? };
        shares.push(VatShare { rate, base_minor, vat_minor });
    }
    let (base, vat) = sums(&shares)?;
    let wanted = if limited { (minor(total.excl)?, minor(total.incl)?) } else { (base, base.checked_add(vat)?) };
    let excl_minor = within(wanted.0, rates, units, |limit| Some(limit.excl_vat))?;
    let change = excl_minor.checked_sub(base)?;
    let share = largest(&mut shares, |share| share.base_minor)?;
    share.base_minor = share.base_minor.checked_add(change)?;
    let incl_minor =
        within(wanted.1.checked_add(excl_minor.checked_sub(wanted.0)?)?, rates, units, |limit| limit.incl_vat)?;
    let vat_minor = incl_minor.checked_sub(excl_minor)?;
    let share = largest(&mut shares, |share| share.vat_minor)?;
    share.vat_minor = share.vat_minor.checked_add(vat_minor.checked_sub(vat)?)?;
    Some(RoundedCost { currency: rates.currency, excl_minor, vat_minor, incl_minor, vat: shares })
}

fn spread(groups: &mut [Group], sum: Amount, total: Amount) -> Option<()> {
    let last = groups.len().checked_sub(1)?;
    for (index, group) in groups.iter_mut().enumerate() {
        let part = |part: Exact, sum: Exact, total: Exact| match sum.is_zero() {
            false => part.in_proportion(total, sum),
            true if index == last => Some(total),
            true => Some(Exact::ZERO),
        };
        group.amount = Amount {
            excl: part(group.amount.excl, sum.excl, total.excl)?,
            incl: part(group.amount.incl, sum.incl, total.incl)?,
        };
    }
    Some(())
}

fn sums(shares: &[VatShare]) -> Option<(i64, i64)> {
    shares.iter().try_fold((0_i64, 0_i64), |(base, vat), share| {
        Some((base.checked_add(share.base_minor)?, vat.checked_add(share.vat_minor)?))
    })
}

fn largest(shares: &mut [VatShare], size: impl Fn(&VatShare) -> i64) -> Option<&mut VatShare> {
    // The first of equals, so that the outcome does not depend on chance.
    shares.iter_mut().reduce(|largest, share| if size(share) > size(largest) { share } else { largest })
}

/// The amount within the tariff's limits, which are rounded inwards; the maximum wins.
fn within(minor: i64, rates: &Rates, units: i64, side: impl Fn(PriceLimit) -> Option<Decimal>) -> Option<i64> {
    let limit = |limit: Option<PriceLimit>| limit.and_then(&side).map(|limit| limit.exact().times(Exact::whole(units)));
    let mut minor = i128::from(minor);
    if let Some(least) = limit(rates.min_price) {
        minor = minor.max(least?.up_to_multiple_of(1)?.floor());
    }
    if let Some(most) = limit(rates.max_price) {
        minor = minor.min(most?.floor());
    }
    i64::try_from(minor).ok()
}
