//! Exact rational numbers: volumes cut in proportion, prices times volumes. Nothing is rounded until a rule says so.

mod gcd;

use std::cmp::Ordering;

/// A rational number over `i128`. Every operation is checked: `None` means that the result does not fit.
///
/// A type of our own because a price is hundreds of small operations: parts that fit in 64 bits are multiplied out without a check, and
/// a number is brought to lowest terms only when it outgrows them.
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    numerator: i128,
    /// Always positive.
    denominator: i128,
}

/// Units of a number that is kept to 12 places.
const SHORT: i64 = 1_000_000_000_000;

impl Exact {
    /// 0.
    pub const ZERO: Self = Self::whole(0);
    /// 1.
    pub const ONE: Self = Self::whole(1);

    /// An integer.
    #[must_use]
    pub const fn whole(value: i64) -> Self {
        // `From` is not const; i64 always fits.
        Self { numerator: value as i128, denominator: 1 }
    }

    /// `numerator / denominator`; `None` when the denominator is not positive.
    #[must_use]
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        Self { numerator, denominator }.settled()
    }

    /// The same number with parts as short as they can be when they are not short already.
    #[inline]
    fn settled(self) -> Option<Self> {
        if self.short_parts().is_some() { Some(self) } else { self.in_lowest_terms() }
    }

    /// Numerator and denominator, when both fit in 64 bits: their products fit in `i128` then, and so does a sum of two.
    #[inline]
    fn short_parts(self) -> Option<(i64, i64)> {
        Some((i64::try_from(self.numerator).ok()?, i64::try_from(self.denominator).ok()?))
    }

    /// The same number, its numerator and denominator without a common divisor.
    #[must_use]
    #[inline(never)]
    pub fn in_lowest_terms(self) -> Option<Self> {
        let Self { numerator, denominator } = self;
        let divisor = i128::try_from(gcd::of(numerator.unsigned_abs(), denominator.unsigned_abs())).ok()?;
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// The same number over a denominator that another number in lowest terms can be written over, too.
    pub(crate) fn over_common_denominator(self, other: Self) -> Option<Self> {
        let divisor = gcd::of(self.denominator.unsigned_abs(), other.denominator.unsigned_abs());
        let times = other.denominator / i128::try_from(divisor).ok()?;
        self.over_denominator(self.denominator.checked_mul(times)?)
    }

    /// The same number over another denominator, where that is a multiple of its own.
    pub(crate) fn over_denominator(self, denominator: i128) -> Option<Self> {
        let times = denominator.checked_div(self.denominator).filter(|_| denominator % self.denominator == 0)?;
        Some(Self { numerator: self.numerator.checked_mul(times)?, denominator })
    }

    /// The numerator; of equal numbers it may differ.
    pub(crate) const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator, positive; of equal numbers it may differ.
    pub(crate) const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Whether this is 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// The integer that this is, if it is written as one.
    #[inline]
    pub(crate) fn whole_number(self) -> Option<i64> {
        if self.denominator == 1 { i64::try_from(self.numerator).ok() } else { None }
    }

    /// The numerator over this denominator, if the number is written over it, or is 0.
    #[inline]
    pub(crate) fn numerator_over(self, denominator: i64) -> Option<i64> {
        let written = self.denominator == i128::from(denominator) || self.is_zero();
        if written { i64::try_from(self.numerator).ok() } else { None }
    }

    /// The integer that this is, if it is one.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        if self.denominator == 1 {
            return self.whole_number();
        }
        let (numerator, denominator) = self.short_parts()?;
        (numerator % denominator == 0).then_some(numerator / denominator)
    }

    /// Whether this is greater than 0.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// The sum.
    #[must_use]
    #[inline]
    pub fn plus(mut self, other: Self) -> Option<Self> {
        self.add(&other)?;
        Some(self)
    }

    #[inline(never)]
    fn plus_unlike(self, other: Self) -> Option<Self> {
        if self.denominator == other.denominator {
            return Self { numerator: self.numerator.checked_add(other.numerator)?, ..self }.settled();
        }
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        if let (Some((a, b)), Some((c, d))) = (self.short_parts(), other.short_parts()) {
            // How often the smaller denominator goes into the larger one, or both into their product.
            let (own, others) = if d % b == 0 {
                (d / b, 1)
            } else if b % d == 0 {
                (1, b / d)
            } else {
                (d, b)
            };
            let [a, b, c, own, others] = [a, b, c, own, others].map(i128::from);
            return Self { numerator: a * own + c * others, denominator: b * own }.settled();
        }
        let divisor = gcd::of(self.denominator.unsigned_abs(), other.denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        let (own, others) = (other.denominator / divisor, self.denominator / divisor);
        let numerator = self.numerator.checked_mul(own)?.checked_add(other.numerator.checked_mul(others)?)?;
        Self { numerator, denominator: self.denominator.checked_mul(own)? }.settled()
    }

    /// Adds a number in place: next to nothing to do where both are written over one denominator.
    #[inline]
    pub(crate) fn add(&mut self, other: &Self) -> Option<()> {
        if self.denominator == other.denominator
            && let Some(sum) = self.numerator.checked_add(other.numerator)
            && (self.denominator == 1 || i64::try_from(sum).is_ok())
        {
            self.numerator = sum;
        } else if self.is_zero() {
            *self = *other;
        } else {
            *self = self.plus_unlike(*other)?;
        }
        Some(())
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, ..other })
    }

    /// The product.
    #[must_use]
    #[inline]
    pub fn times(self, other: Self) -> Option<Self> {
        if let (Some(times), Ok(numerator)) = (self.whole_number(), i64::try_from(other.numerator)) {
            return Self { numerator: i128::from(times) * i128::from(numerator), ..other }.settled();
        }
        if let (Some((a, b)), Some((c, d))) = (self.short_parts(), other.short_parts()) {
            let [a, b, c, d] = [a, b, c, d].map(i128::from);
            return Self { numerator: a * c, denominator: b * d }.settled();
        }
        self.times_long(other)
    }

    #[inline(never)]
    fn times_long(self, other: Self) -> Option<Self> {
        // Reduce crosswise first: the product may fit although the factors' do not.
        let left = Self { numerator: self.numerator, denominator: other.denominator }.in_lowest_terms()?;
        let right = Self { numerator: other.numerator, denominator: self.denominator }.in_lowest_terms()?;
        let numerator = left.numerator.checked_mul(right.numerator)?;
        Self { numerator, denominator: left.denominator.checked_mul(right.denominator)? }.settled()
    }

    /// The quotient; `None` also when dividing by 0.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        let inverse = match other.numerator.cmp(&0) {
            Ordering::Equal => return None,
            Ordering::Greater => Self { numerator: other.denominator, denominator: other.numerator },
            Ordering::Less => {
                Self { numerator: other.denominator.checked_neg()?, denominator: other.numerator.checked_neg()? }
            }
        };
        self.times(inverse)
    }

    /// The greatest integer that is not greater.
    #[must_use]
    pub fn floor(self) -> i128 {
        match self.short_parts() {
            Some((numerator, denominator)) => i128::from(numerator.div_euclid(denominator)),
            None => self.numerator.div_euclid(self.denominator),
        }
    }

    /// The nearest integer, halves away from zero.
    #[must_use]
    pub fn round(self) -> Option<i128> {
        self.round_in(1)
    }

    /// Rounded half away from zero to a multiple of `1 / units`, and that in units.
    #[must_use]
    pub fn round_in(self, units: i64) -> Option<i128> {
        let units = u64::try_from(units).ok()?;
        let rounded = match self.short_parts().and_then(|parts| round_short(parts, units)) {
            Some(rounded) => i128::from(rounded),
            None => self.round_long(units)?,
        };
        Some(if self.numerator < 0 { -rounded } else { rounded })
    }

    #[inline(never)]
    fn round_long(self, units: u64) -> Option<i128> {
        let (magnitude, denominator) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        // The whole part by itself, so that only what is below 1 has to be multiplied.
        let (whole, rest) = divide(magnitude, denominator);
        let (quotient, remainder) = divide(multiply(rest, units)?, denominator);
        let up = u128::from(remainder >= denominator - remainder);
        let rounded = multiply(whole, units)?.checked_add(quotient)?.checked_add(up)?;
        i128::try_from(rounded).ok()
    }

    /// Rounded half away from zero to 12 places: for what is an approximation by nature or only shown, so that it fits on.
    #[must_use]
    pub fn short(self) -> Option<Self> {
        Self::fraction(self.round_in(SHORT)?, i128::from(SHORT))
    }

    /// `self · numerator / denominator` to 12 places: what a share makes of a total.
    #[must_use]
    pub fn in_proportion(self, numerator: Self, denominator: Self) -> Option<Self> {
        self.short()?.times(numerator.short()?.over(denominator.short()?)?)?.short()
    }

    /// The smallest multiple of a positive step that is not smaller.
    #[must_use]
    pub fn up_to_multiple_of(self, step: i64) -> Option<Self> {
        if let Some(rest) = self.whole_number().and_then(|whole| whole.checked_rem_euclid(step)) {
            return if rest == 0 { Some(self) } else { self.plus(Self::whole(step - rest)) };
        }
        let steps = self.over(Self::whole(step))?;
        let whole = steps.floor();
        let up = i128::from(Self::fraction(whole, 1)? != steps);
        Self::fraction(whole.checked_add(up)?.checked_mul(i128::from(step))?, 1)
    }
}

/// 0.
impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl Ord for Exact {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        self.cmp_unlike(other)
    }
}

impl Exact {
    #[inline(never)]
    fn cmp_unlike(&self, other: &Self) -> Ordering {
        match (self.numerator.checked_mul(other.denominator), other.numerator.checked_mul(self.denominator)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // Too large to multiply out: compare whole parts, then the inverses of what is left.
            (None | Some(_), None) | (None, Some(_)) => self.floor().cmp(&other.floor()).then_with(|| {
                let left = self.numerator.rem_euclid(self.denominator);
                let right = other.numerator.rem_euclid(other.denominator);
                match (left, right) {
                    (0, 0) => Ordering::Equal,
                    (0, _) => Ordering::Less,
                    (_, 0) => Ordering::Greater,
                    _ => Self { numerator: other.denominator, denominator: right }
                        .cmp(&Self { numerator: self.denominator, denominator: left }),
                }
            }),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The magnitude of a number rounded half away from zero to a multiple of `1 / units`, in units, where 64 bits suffice.
#[inline]
fn round_short((numerator, denominator): (i64, i64), units: u64) -> Option<u64> {
    let (scaled, denominator) = (numerator.unsigned_abs().checked_mul(units)?, denominator.unsigned_abs());
    let (quotient, remainder) = (scaled / denominator, scaled % denominator);
    quotient.checked_add(u64::from(remainder >= denominator - remainder))
}

/// Quotient and remainder of a division by what is not 0.
fn divide(dividend: u128, divisor: u128) -> (u128, u128) {
    match (u64::try_from(dividend), u64::try_from(divisor)) {
        (Ok(dividend), Ok(divisor)) => (u128::from(dividend / divisor), u128::from(dividend % divisor)),
        (Err(_), _) | (_, Err(_)) => {
            let quotient = dividend / divisor;
            (quotient, dividend - quotient * divisor)
        }
    }
}

fn multiply(number: u128, units: u64) -> Option<u128> {
    match u64::try_from(number) {
        Ok(number) => Some(u128::from(number) * u128::from(units)),
        Err(_) => number.checked_mul(u128::from(units)),
    }
}

#[cfg(test)]
mod tests {
    use num_rational::Ratio;
    use proptest::prelude::*;

    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::fraction(numerator, denominator).unwrap()
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (numerator, denominator, rounded) in
            [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (5, 2, 3), (49, 100, 0), (-149, 100, -1), (i128::MAX, 1, i128::MAX)]
        {
            assert_eq!(exact(numerator, denominator).round(), Some(rounded), "{numerator}/{denominator}");
        }
    }

    #[test]
    fn steps_round_up_and_never_down() {
        for (value, step, expected) in [(5400, 500, 5500), (5500, 500, 5500), (0, 300, 0), (1, 300, 300)] {
            assert_eq!(Exact::whole(value).up_to_multiple_of(step), Some(Exact::whole(expected)), "{value} by {step}");
        }
        assert_eq!(exact(1_152, 10).up_to_multiple_of(25), Some(Exact::whole(125)));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let large = exact(i128::MAX, 1);
        assert_eq!(large.plus(Exact::ONE), None);
        assert_eq!(large.times(Exact::whole(2)), None);
        assert_eq!(Exact::ONE.over(Exact::ZERO), None);
        assert_eq!(Exact::fraction(1, 0), None);
        assert!(exact(i128::MAX, 3) < exact(i128::MAX, 2));
        assert!(exact(i128::MAX - 1, i128::MAX) < exact(i128::MAX, i128::MAX - 1));
    }

    proptest! {
        #[test]
        fn agrees_with_an_independent_implementation(
            a in -1_000_000_000_i128..1_000_000_000, b in 1_i128..1_000_000,
            c in -1_000_000_000_i128..1_000_000_000, d in 1_i128..1_000_000,
        ) {
            let (x, y) = (exact(a, b), exact(c, d));
            let (p, q) = (Ratio::new(a, b), Ratio::new(c, d));
            let same = |ours: Option<Exact>, theirs: Ratio<i128>| {
                ours.and_then(Exact::in_lowest_terms)
                    .is_some_and(|ours| ours.numerator() == *theirs.numer() && ours.denominator() == *theirs.denom())
            };
            prop_assert!(same(x.plus(y), p + q));
            prop_assert!(same(x.minus(y), p - q));
            prop_assert!(same(x.times(y), p * q));
            prop_assert!(c == 0 || same(x.over(y), p / q));
            prop_assert_eq!(x.cmp(&y), p.cmp(&q));
            prop_assert_eq!(x.round(), Some(p.round().to_integer()));
            prop_assert_eq!(x.round_in(1000), Some((p * 1000).round().to_integer()));
        }
    }
}
