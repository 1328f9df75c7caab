//! The trials that went wrong, one a line, for choosing thresholds.

use std::fmt::Write;

use crate::bench::Tried;
use crate::clean::Quiet;
use crate::trial::Outcome;

/// A line for each trial that was missed, wrong, said twice or not cleared, and for each false alarm.
pub(crate) fn misses(tried: &[Tried<'_>], clean: &[&Quiet]) -> String {
    let mut text = String::from("\nMisses\n");
    for one in tried {
        for outcome in one.outcomes.iter().filter(|outcome| !faultless(outcome)) {
            let profile = if outcome.told { "full" } else { "none" };
            let Outcome { number, place, duplicates, cleared, found, wrong, setting, .. } = outcome;
            let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            let what = match found {
                None => "missed".to_owned(),
                Some(found) => format!("found after {:.0} s", found.seconds),
            };
            let _ = writeln!(
                text,
                "{} {}, {} s, profile {profile}, trial {number}, station {place}: {what}, wrong {wrong:?}, again {duplicates}, cleared \
                 {cleared}; {:.1} A, {:.0} s slow, {:.0} s lag, {:.1} K/W, {:.0} C",
                one.scenario.fault,
                one.scenario.magnitude,
                one.cadence.0,
                setting.current_a,
                setting.slow_s,
                setting.lag_s,
                setting.k_per_w,
                setting.ambient_c
            );
        }
    }
    for quiet in clean {
        for (fault, severity, at) in &quiet.alarms {
            let _ = writeln!(text, "clean, {}: {fault} {severity} after {at:.0} s", quiet.stay);
        }
    }
    text
}

fn faultless(outcome: &Outcome) -> bool {
    outcome.found.is_some() && outcome.wrong.is_empty() && outcome.duplicates == 0 && outcome.cleared
}
