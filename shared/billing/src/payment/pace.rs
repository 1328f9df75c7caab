//! How long things may take and how often they are tried.

use jiff::{SignedDuration, Timestamp};

/// How long a claim holds; longer than any call to Stripe may take.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How long a key is relied on. Stripe forgets it after 24 hours (`docs.stripe.com/api/idempotent_requests`).
pub(super) const KEY_LIFE: SignedDuration = SignedDuration::from_hours(23);

/// How far Stripe's clock may be behind ours.
pub(super) const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// When a payment that the bank works on is looked at again, unless Stripe tells of it before.
pub(super) const PROCESSING_LOOK: SignedDuration = SignedDuration::from_hours(1);

/// When a payment that waits for its driver is looked at again, unless Stripe tells of it before.
pub(super) const DRIVER_LOOK: SignedDuration = SignedDuration::from_hours(24);

/// When a request that Stripe refused is made again: a person may have put it right by then.
pub(super) const REFUSED_LOOK: SignedDuration = SignedDuration::from_hours(1);

/// How long after the first try the last may be, and how long the driver has to act.
pub(super) const COLLECTION: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The pauses after the first, second and third decline: tries on days 0, 1, 4 and 11. Four tries are all.
const RETRY_PAUSES: [SignedDuration; 3] =
    [SignedDuration::from_hours(24), SignedDuration::from_hours(3 * 24), SignedDuration::from_hours(7 * 24)];

/// The pauses after calls that were not answered double from the first to the last.
const BACKOFF_FIRST: SignedDuration = SignedDuration::from_secs(30);
const BACKOFF_LAST: SignedDuration = SignedDuration::from_hours(1);

/// When the try after try `n` is made; none: that was the last, or the next would be too late.
pub(super) fn retry_at(n: u32, collected_until: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let pause = RETRY_PAUSES.get(usize::try_from(n).ok()?.checked_sub(1)?)?;
    let at = after(now, *pause);
    (at <= collected_until).then_some(at)
}

/// How long to leave Stripe alone after so many calls in a row that were not answered.
pub(super) fn backoff(setbacks: u32) -> SignedDuration {
    let doubled = 2_i32.checked_pow(setbacks.saturating_sub(1)).and_then(|factor| BACKOFF_FIRST.checked_mul(factor));
    doubled.map_or(BACKOFF_LAST, |pause| pause.min(BACKOFF_LAST))
}

/// `pause` after `now`; the end of time when there is no such time.
pub(super) fn after(now: Timestamp, pause: SignedDuration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_tries_in_fourteen_days() {
        let start: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        let day = |days: i64| after(start, SignedDuration::from_hours(24 * days));
        for (n, now, next) in [
            (1, day(0), Some(day(1))),
            (2, day(1), Some(day(4))),
            (3, day(4), Some(day(11))),
            (4, day(11), None),
            (0, day(0), None),
            (3, day(7), Some(day(14))),
            (3, day(8), None),
        ] {
            assert_eq!(retry_at(n, after(start, COLLECTION), now), next, "after try {n}");
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds = [1, 2, 3, 7, 8, 32, u32::MAX].map(|setbacks| backoff(setbacks).as_secs());
        assert_eq!(seconds, [30, 60, 120, 1_920, 3_600, 3_600, 3_600]);
    }
}
