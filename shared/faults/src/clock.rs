//! Times of stations that cannot be.

use jiff::{SignedDuration, Timestamp};

/// So far ahead of its receipt a sample's time is still believed.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// So far before its receipt a sample's time is still believed: stations keep what they could not send.
const BEHIND: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time of a sample, or that of its receipt where the station's clock cannot be right: more than 5 minutes ahead, or more than 30
/// days behind. Without this, one sample from the year 9999 would make every later one old, and its connector would never be watched
/// again.
#[must_use]
pub fn believed_time(at: Timestamp, received_at: Timestamp) -> Timestamp {
    let ahead = at.duration_since(received_at);
    if ahead > AHEAD || ahead < -BEHIND { received_at } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_cannot_be_is_replaced_by_that_of_the_receipt() {
        let received_at: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
        for (at, believed) in [
            ("2026-06-01T10:05:00Z", true),
            ("2026-06-01T10:05:00.001Z", false),
            ("9999-12-30T22:00:00Z", false),
            ("2026-05-02T10:00:00Z", true),
            ("2026-05-02T09:59:59Z", false),
            ("-009999-01-02T01:59:59Z", false),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(believed_time(at, received_at), if believed { at } else { received_at }, "{at}");
        }
        assert_eq!(believed_time(Timestamp::MAX, Timestamp::MIN), Timestamp::MIN);
        assert_eq!(believed_time(Timestamp::MIN, Timestamp::MAX), Timestamp::MAX);
    }
}
