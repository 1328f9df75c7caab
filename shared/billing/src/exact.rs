//! Exact rational numbers: volumes cut in proportion, prices times volumes. Nothing is rounded until a rule says so.

use std::cmp::Ordering;

/// A rational number in lowest terms over `i128`. Every operation is checked: `None` means that the result does not fit.
///
/// A type of our own because a price is many small operations: reducing in 64 bits where both parts fit is what keeps
/// one CDR at a few microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        Some(if divisor > 1 {
            Self { numerator: numerator / divisor, denominator: denominator / divisor }
        } else {
            Self { numerator, denominator }
        })
    }

    /// The numerator in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator in lowest terms; positive.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// Whether this is 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether this is greater than 0.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.denominator == 1 && other.denominator == 1 {
            return Some(Self { numerator: self.numerator.checked_add(other.numerator)?, denominator: 1 });
        }
        if self.denominator == other.denominator {
            return Self::fraction(self.numerator.checked_add(other.numerator)?, self.denominator);
        }
        let divisor = greatest_common_divisor(self.denominator.unsigned_abs(), other.denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        let (own, others) = (other.denominator / divisor, self.denominator / divisor);
        let numerator = self.numerator.checked_mul(own)?.checked_add(other.numerator.checked_mul(others)?)?;
        Self::fraction(numerator, self.denominator.checked_mul(own)?)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, denominator: other.denominator })
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        if let (Some(numerator), Some(denominator)) =
            (self.numerator.checked_mul(other.numerator), self.denominator.checked_mul(other.denominator))
        {
            return Self::fraction(numerator, denominator);
        }
        // Reduce crosswise first: the product may fit although the factors' do not.
        let left = Self::fraction(self.numerator, other.denominator)?;
        let right = Self::fraction(other.numerator, self.denominator)?;
        let numerator = left.numerator.checked_mul(right.numerator)?;
        Some(Self { numerator, denominator: left.denominator.checked_mul(right.denominator)? })
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
    pub const fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }

    /// The nearest integer, halves away from zero.
    #[must_use]
    pub fn round(self) -> Option<i128> {
        self.round_in(1)
    }

    /// Rounded half away from zero to a multiple of `1 / units`, and that in units.
    #[must_use]
    pub fn round_in(self, units: i64) -> Option<i128> {
        let (magnitude, denominator) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        let units = u128::try_from(units).ok()?;
        // The whole part by itself, so that only what is below 1 has to be multiplied.
        let part = (magnitude % denominator).checked_mul(units)?;
        let (quotient, remainder) = (part / denominator, part % denominator);
        let up = u128::from(remainder >= denominator - remainder);
        let rounded = (magnitude / denominator).checked_mul(units)?.checked_add(quotient)?.checked_add(up)?;
        let rounded = i128::try_from(rounded).ok()?;
        Some(if self.numerator < 0 { -rounded } else { rounded })
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
        let steps = self.over(Self::whole(step))?;
        let whole = steps.numerator.div_euclid(steps.denominator);
        let up = i128::from(steps.numerator.rem_euclid(steps.denominator) != 0);
        let numerator = whole.checked_add(up)?.checked_mul(i128::from(step))?;
        Some(Self { numerator, denominator: 1 })
    }
}

/// 0.
impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
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

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => u128::from(euclid_64(a, b)),
        (Err(_), _) | (_, Err(_)) => {
            let (mut a, mut b) = (a, b);
            while b != 0 {
                // As soon as both fit, continue where division is cheap.
                if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
                    return u128::from(euclid_64(a, b));
                }
                (a, b) = (b, a % b);
            }
            a
        }
    }
}

fn euclid_64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
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
                ours.is_some_and(|ours| ours.numerator() == *theirs.numer() && ours.denominator() == *theirs.denom())
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
