//! From logical ids to names.

/// `CheckTelemetry` as `check-telemetry`.
pub(super) fn kebab(logical_id: &str) -> String {
    let mut name = String::with_capacity(logical_id.len() + 4);
    for letter in logical_id.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// `TelemetryQueue` with the suffix `Queue` as `telemetry`; none without the suffix or without anything before it.
pub(super) fn kebab_before(logical_id: &str, suffix: &str) -> Option<String> {
    logical_id.strip_suffix(suffix).filter(|stem| !stem.is_empty()).map(kebab)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_without_the_kind() {
        assert_eq!(kebab("ReceiveStripeEvent"), "receive-stripe-event");
        assert_eq!(kebab_before("TelemetryQueue", "Queue").as_deref(), Some("telemetry"));
        assert_eq!(kebab_before("RuleDeadLetters", "Queue"), None);
        assert_eq!(kebab_before("Queue", "Queue"), None);
    }
}
