//! D18 clock skew: the station's clock against the time of receipt. One connector of a station speaks for its clock.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge, number};
use crate::run::Debounce;
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// So many messages decide.
const MESSAGES: usize = 5;
/// Messages received closer together than this count as one, ms.
const APART_MS: i64 = 10_000;
/// A clock goes as fast as ours, within this share and so many s. What a station kept and sends later catches up with us much faster.
const PACE: i64 = 5;
const PACE_S: i64 = 3;
const WRONG_S: i64 = 60;
const FAR_WRONG_S: i64 = 300;
const GOOD_S: i64 = 30;
/// More is not told apart, s.
const MOST_S: i64 = 1_000_000_000;

/// What is remembered of the clock.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Clock {
    watch: Watch,
    /// When the last message that counted was received, ms since 1970.
    received: Option<i64>,
    /// How far the clock was ahead in the last messages, s; the newest first.
    ahead_s: [i32; MESSAGES],
    messages: u8,
}

impl Clock {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let Some(received) = seen.sample.received_at.filter(|_| seen.profile.speaks_for_station) else { return };
        let received = received.as_millisecond();
        let apart = self.received.map(|before| received.saturating_sub(before));
        if apart.is_some_and(|apart| apart != 0 && apart < APART_MS) {
            return;
        }
        let ahead = seen.sample.at.as_millisecond().saturating_sub(received) / 1_000;
        self.count(received, apart, ahead.clamp(-MOST_S, MOST_S));
        if self.watch.is_idle() && self.ahead_s.iter().all(|ahead| i64::from(ahead.abs()) <= WRONG_S) {
            return;
        }
        let Some(median) = self.median() else { return };
        let off = median.abs();
        let level = |severity, limit: i64| Level {
            severity,
            limit: seconds(limit),
            broken: (off > limit).into(),
            debounce: Debounce::AT_ONCE,
        };
        let levels = [level(Severity::P4, WRONG_S), level(Severity::P3, FAR_WRONG_S)];
        let clearing = Clearing { good: (off < GOOD_S).into(), seconds: 0 };
        judge(seen, &mut self.watch, levels, clearing, changes, &FaultId::ClockSkew, move || {
            let side = if median > 0 { "ahead" } else { "behind" };
            let measured = format!("the station's clock is {} s {side}", number(seconds(off)));
            Finding {
                fault: FaultId::ClockSkew,
                unit: "s",
                value: seconds(median),
                good_limit: seconds(GOOD_S),
                broken: measured.clone(),
                good: measured,
            }
        });
    }

    /// Counts a message that was received so long after the last.
    fn count(&mut self, received: i64, apart: Option<i64>, ahead: i64) {
        match apart {
            // Of one message the newest sample counts.
            Some(0) => {
                self.ahead_s[0] = narrow(ahead);
                return;
            }
            Some(apart) => {
                let moved = (ahead - i64::from(self.ahead_s[0])).abs();
                if moved > apart / 1_000 / PACE + PACE_S {
                    self.messages = 0;
                    self.ahead_s = [0; MESSAGES];
                }
            }
            None => {}
        }
        self.ahead_s.rotate_right(1);
        self.ahead_s[0] = narrow(ahead);
        self.messages = self.messages.saturating_add(1).min(5);
        self.received = Some(received);
    }

    fn median(&self) -> Option<i64> {
        let mut sorted = self.ahead_s;
        sorted.sort_unstable();
        (usize::from(self.messages) >= MESSAGES).then_some(sorted[MESSAGES / 2].into())
    }
}

fn narrow(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "at most ten digits")]
fn seconds(seconds: i64) -> f64 {
    seconds as f64
}

impl Family for Clock {
    const TAG: u8 = 15;

    fn outline(&self) -> u16 {
        self.watch.outline().into()
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.byte(self.messages << 1 | u8::from(self.received.is_some()));
        to.signed(self.received.unwrap_or(0));
        self.ahead_s.iter().for_each(|ahead| to.signed(i64::from(*ahead)));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (watch, mask, received) = (Watch::unpack(from)?, from.byte()?, from.signed()?);
        let (messages, received) = (mask >> 1, (mask & 1 != 0).then_some(received));
        let mut ahead_s = [0; MESSAGES];
        for ahead in &mut ahead_s {
            *ahead = i32::try_from(from.signed()?).map_err(|_| BadState)?;
        }
        Ok(Self { watch, received, ahead_s, messages })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Clock {
    fn fullest(at: i64) -> Self {
        let ahead_s = [i32::try_from(-MOST_S).unwrap(); MESSAGES];
        Self { watch: Watch::fullest(at, false, false), received: Some(crate::part::EARLIEST), ahead_s, messages: 5 }
    }
}
