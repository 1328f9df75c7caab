//! D15 cut cable: the plug was lost in the middle of charging, and nobody has plugged in since although others nearby charge.

use jiff::Timestamp;
use messages::Status;

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge};
use crate::run::{Debounce, Holds};
use crate::seen::{Activity, Seen};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// So long nobody has plugged in, ms.
const UNUSED_MS: i64 = 24 * 3_600_000;
/// A vehicle charges above this, A, for so long, s: the cable is there.
const CHARGES_A: f64 = 1.0;
const GOOD_S: i64 = 300;
/// What a station reports when pilot or proximity are gone.
const LOST: [&str; 3] = ["CX014", "CX023", "EVCommunicationError"];

/// What is remembered of the cable.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Cable {
    watch: Watch,
    /// When the plug was lost in the middle of charging, ms since 1970; until somebody plugs in.
    lost_at: Option<i64>,
    /// When a vehicle last charged here, ms since 1970.
    charged_at: Option<i64>,
}

impl Cable {
    /// When a vehicle last charged here, ms since 1970.
    pub(crate) fn charged_at(&self) -> Option<i64> {
        self.charged_at
    }

    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let drawn = seen.charging() && seen.highest_a().is_some_and(|amperes| amperes > CHARGES_A);
        if drawn {
            self.charged_at = Some(seen.at);
        }
        if plugged(seen) {
            self.lost_at = None;
        } else if seen.before.is_some_and(|before| before.charging) && was_lost(seen) {
            self.lost_at = Some(seen.at);
        }
        let lost_at = self.lost_at;
        let unused = lost_at.is_some_and(|lost| {
            let others = seen.profile.neighbours_charged_at.map_or(i64::MIN, Timestamp::as_millisecond);
            seen.at.saturating_sub(lost) >= UNUSED_MS && others > lost
        });
        let levels =
            [Level { severity: Severity::P1, limit: 24.0, broken: unused.into(), debounce: Debounce::AT_ONCE }];
        let good = if drawn { Holds::Yes } else { Holds::No };
        judge(
            seen,
            &mut self.watch,
            levels,
            Clearing { good, seconds: GOOD_S },
            changes,
            &FaultId::CutCable,
            move || {
                let hours = lost_at.map_or(0, |lost| seen.at.saturating_sub(lost) / 3_600_000);
                Finding {
                    fault: FaultId::CutCable,
                    unit: "h",
                    value: f64::from(u16::try_from(hours).unwrap_or(u16::MAX)),
                    good_limit: 24.0,
                    broken: format!(
                        "the plug was lost while charging {hours} h ago, and nobody has plugged in since while others charge"
                    ),
                    good: "a vehicle charges".to_owned(),
                }
            },
        );
    }
}

/// Whether something is plugged in.
fn plugged(seen: &Seen<'_>) -> bool {
    matches!(seen.activity, Activity::Charging | Activity::Paused)
        || matches!(
            seen.sample.status,
            Status::Preparing | Status::Finishing | Status::SuspendedEvse | Status::Occupied
        )
}

/// Whether charging broke off as it does when a cable is cut: the station says so, or the transaction goes on without a vehicle.
fn was_lost(seen: &Seen<'_>) -> bool {
    let reported = |code: &Option<String>| code.as_deref().is_some_and(|code| LOST.contains(&code));
    let goes_on = seen.sample.status == Status::Available && seen.sample.transaction_id.is_some();
    reported(&seen.sample.error_code) || reported(&seen.sample.vendor_error_code) || goes_on
}

impl Family for Cable {
    const TAG: u8 = 16;

    fn outline(&self) -> u16 {
        u16::from(self.watch.outline()) | u16::from(self.lost_at.is_some()) << 8
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.maybe_past(self.lost_at);
        to.maybe_past(self.charged_at);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        Ok(Self { watch: Watch::unpack(from)?, lost_at: from.maybe_past()?, charged_at: from.maybe_past()? })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Cable {
    /// The run towards clearing needs a vehicle; then no plug is lost.
    fn fullest(at: i64) -> Self {
        let earliest = Some(crate::part::EARLIEST);
        Self { watch: Watch::fullest(at, false, false), lost_at: earliest, charged_at: earliest }
    }
}
