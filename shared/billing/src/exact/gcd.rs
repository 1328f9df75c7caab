//! The greatest common divisor.

/// The greatest common divisor of two numbers of which the second is not 0.
pub(super) fn of(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        // As soon as both fit, continue where operations are cheap.
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(of_64(a, b));
        }
        (a, b) = (b, a % b);
    }
    a
}

/// Without divisions (Stein 1967): what is even is halved, and the smaller is taken from the larger.
fn of_64(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    let (mut a, mut b) = (a >> a.trailing_zeros(), b >> b.trailing_zeros());
    while a != b {
        let difference = a.abs_diff(b);
        a = a.min(b);
        b = difference >> difference.trailing_zeros();
    }
    a << twos
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_of_small_and_large_numbers() {
        let large = 1_u128 << 100;
        for (a, b, expected) in [
            (0, 7, 7),
            (7, 7, 7),
            (12, 18, 6),
            (17, 1, 1),
            (1 << 63, 3 << 62, 1 << 62),
            (large, 3, 1),
            (6 * large, 9 * large, 3 * large),
            (large + 1, large, 1),
            (u128::MAX, u128::from(u64::MAX), u128::from(u64::MAX)),
        ] {
            assert_eq!(of(a, b), expected, "{a} {b}");
        }
    }
}
