//! Rates of schedules.

use jiff::SignedDuration;

use crate::template::error::TemplateError;
use crate::template::node::Node;

/// The time between two runs of `rate(5 minutes)`; EventBridge counts in minutes, hours and days.
pub(super) fn every(schedule: &Node<'_>) -> Result<SignedDuration, TemplateError> {
    parse(schedule.text()?).ok_or_else(|| schedule.refuse("is not a rate in minutes, hours or days"))
}

fn parse(rate: &str) -> Option<SignedDuration> {
    let (count, unit) = rate.strip_prefix("rate(")?.strip_suffix(')')?.split_once(' ')?;
    let count: u16 = count.parse().ok().filter(|&count| count > 0)?;
    let minutes = match (unit, count) {
        ("minute", 1) | ("minutes", 2..) => 1,
        ("hour", 1) | ("hours", 2..) => 60,
        ("day", 1) | ("days", 2..) => 24 * 60,
        _ => return None,
    };
    Some(SignedDuration::from_mins(i64::from(count) * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_eventbridge_does() {
        for (rate, minutes) in [
            ("rate(1 minute)", Some(1)),
            ("rate(5 minutes)", Some(5)),
            ("rate(2 hours)", Some(120)),
            ("rate(1 day)", Some(1440)),
            ("rate(1 minutes)", None),
            ("rate(5 minute)", None),
            ("rate(0 minutes)", None),
            ("rate(-1 minutes)", None),
            ("cron(0 * * * ? *)", None),
            ("", None),
        ] {
            assert_eq!(parse(rate), minutes.map(SignedDuration::from_mins), "{rate}");
        }
    }
}
