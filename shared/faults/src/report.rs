//! From a verdict to what people and programs are told.

use jiff::SignedDuration;

use crate::run::Holds;
use crate::seen::Seen;
use crate::state::timestamp;
use crate::watch::{Clearing, Level, Open, Verdict, Watch};
use crate::{Change, ChangeKind, FaultId, Remedy};

/// What a detector measured, in numbers and in words.
pub(crate) struct Finding {
    /// The fault it looks for.
    pub(crate) fault: FaultId,
    /// The unit of value and limits.
    pub(crate) unit: &'static str,
    /// The measured value.
    pub(crate) value: f64,
    /// The limit that is kept when the fault clears.
    pub(crate) good_limit: f64,
    /// The value as a broken limit, without for how long.
    pub(crate) broken: String,
    /// The value as a good one, without for how long.
    pub(crate) good: String,
}

/// Shows a sample to the watch of a fault and adds what changes; `describe` is asked only when something does. What the station reports
/// itself at least as urgently does not open once more.
///
/// Most samples show nothing: they go no further than this, and what is given by value is then not even put together.
#[inline]
pub(crate) fn judge<const LEVELS: usize>(
    seen: &Seen<'_>,
    watch: &mut Watch,
    levels: [Level; LEVELS],
    clearing: Clearing,
    changes: &mut Vec<Change>,
    fault: &FaultId,
    describe: impl FnOnce() -> Finding,
) {
    if watch.is_idle() && levels.iter().all(|level| level.broken != Holds::Yes) {
        return;
    }
    decide(seen, watch, levels, clearing, changes, fault, describe);
}

#[cold]
fn decide<const LEVELS: usize>(
    seen: &Seen<'_>,
    watch: &mut Watch,
    mut levels: [Level; LEVELS],
    clearing: Clearing,
    changes: &mut Vec<Change>,
    fault: &FaultId,
    describe: impl FnOnce() -> Finding,
) {
    if seen.silenced.covers(fault) {
        for level in levels.iter_mut().filter(|level| seen.silenced.severity <= level.severity) {
            level.broken = Holds::Unknown;
        }
    }
    report(seen, watch.take(seen.at, &levels, clearing), changes, describe);
}

/// Adds what `verdict` changes; `describe` is asked only when something does. A fault that became more urgent ends as what it was
/// and opens as what it is, so that danger is told by itself.
pub(crate) fn report(seen: &Seen<'_>, verdict: Verdict, changes: &mut Vec<Change>, describe: impl FnOnce() -> Finding) {
    match verdict {
        Verdict::Same => {}
        Verdict::Opened { level, held_ms } => changes.push(describe().opened(seen, &level, held_ms)),
        Verdict::Worsened { was, level, held_ms } => {
            let finding = describe();
            let evidence = format!("{}; it goes on as {}", finding.broken, level.severity);
            changes.push(finding.change(seen, ChangeKind::Cleared, was, level.limit, evidence));
            changes.push(finding.opened(seen, &level, held_ms));
        }
        Verdict::Cleared { was, held_ms } => {
            let finding = describe();
            let lasted = duration(seen.at.saturating_sub(was.since));
            let held = if held_ms > 0 { format!(" for {}", duration(held_ms)) } else { String::new() };
            let evidence = format!("{}{held}; the fault lasted {lasted}", finding.good);
            changes.push(finding.change(seen, ChangeKind::Cleared, was, finding.good_limit, evidence));
        }
    }
}

impl Finding {
    fn opened(&self, seen: &Seen<'_>, level: &Level, held_ms: i64) -> Change {
        let open = Open { since: seen.at, severity: level.severity };
        let evidence =
            if held_ms > 0 { format!("{}, for {}", self.broken, duration(held_ms)) } else { self.broken.clone() };
        self.change(seen, ChangeKind::Opened, open, level.limit, evidence)
    }

    fn change(&self, seen: &Seen<'_>, kind: ChangeKind, open: Open, limit: f64, evidence: String) -> Change {
        Change {
            at: timestamp(seen.at),
            connector: seen.sample.connector,
            fault: self.fault.clone(),
            severity: open.severity,
            kind,
            value: rounded(self.value, 1000.0),
            limit: rounded(limit, 1000.0),
            unit: self.unit,
            evidence,
            remedy: Remedy::against(&self.fault, open.severity),
            opened_at: timestamp(open.since),
        }
    }
}

/// ` on phase 2`, where there is more than one.
pub(crate) fn on_phase(index: usize, phases: usize) -> String {
    if phases > 1 { format!(" on phase {}", index + 1) } else { String::new() }
}

/// A number as people write it: at most one decimal, and none when it is zero.
pub(crate) fn number(value: f64) -> f64 {
    rounded(value, 10.0)
}

fn rounded(value: f64, per_unit: f64) -> f64 {
    let rounded = (value * per_unit).round() / per_unit;
    // What is too large to be rounded is whole anyway.
    if rounded.is_finite() { rounded } else { value }
}

/// A duration in the unit that reads best, cut to whole ones.
fn duration(ms: i64) -> String {
    let seconds = SignedDuration::from_millis(ms).as_secs();
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200.. => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_read_well() {
        for (ms, text) in [
            (0, "0 s"),
            (60_999, "60 s"),
            (119_000, "119 s"),
            (120_000, "2 min"),
            (7_199_000, "119 min"),
            (7_200_000, "2 h"),
        ] {
            assert_eq!(duration(ms), text);
        }
        for (value, text) in [(230.0, "230"), (16.8, "16.8"), (253.000_000_03, "253"), (12.56, "12.6")] {
            assert_eq!(number(value).to_string(), text);
        }
        assert_eq!((on_phase(0, 1), on_phase(2, 3)), (String::new(), " on phase 3".to_owned()));
    }
}
