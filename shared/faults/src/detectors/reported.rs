//! D20 reported codes: what the station says itself. It says one thing at a time; another code ends the one before.

use crate::Change;
use crate::bytes::{Reader, Writer};
use crate::causes::Silenced;
use crate::codes::{CODES, MAX_TEXT, Reported};
use crate::part::Family;
use crate::report::{Finding, judge};
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};

/// A code is over once it has been absent for so long, s.
const GOOD_S: i64 = 30;
/// What a code explains is not concluded for so long after it, ms.
const SILENCES_MS: i64 = 600_000;
/// What stands in a state before a vendor's own code.
const VENDORS: u8 = u8::MAX;

/// What is remembered of reported codes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Codes {
    code: Option<Reported>,
    watch: Watch,
    /// The last known code that explains other faults, and when it was reported, ms since 1970.
    explains: Option<(u8, i64)>,
}

impl Codes {
    /// Takes a sample and says what need not be concluded from it any more.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) -> Silenced {
        let reported = Reported::by(seen.sample);
        if reported.is_some() && reported != self.code {
            self.show(seen, true, changes);
            self.code.clone_from(&reported);
            self.watch = Watch::default();
        }
        if self.code.is_some() {
            self.show(seen, false, changes);
            if !self.watch.is_open() && reported.is_none() {
                self.code = None;
                self.watch = Watch::default();
            }
        }
        self.silences(seen, reported.as_ref())
    }

    /// Shows a sample to the watch of the code; `ended`: another has taken its place.
    fn show(&mut self, seen: &Seen<'_>, ended: bool, changes: &mut Vec<Change>) {
        let Some(code) = &self.code else { return };
        let reported = !ended && Reported::by(seen.sample).as_ref() == Some(code);
        let levels =
            [Level { severity: code.severity(), limit: 0.0, broken: reported.into(), debounce: code.debounce() }];
        let clearing = Clearing { good: (!reported).into(), seconds: if ended { 0 } else { GOOD_S } };
        judge(seen, &mut self.watch, levels, clearing, changes, &code.fault(), move || Finding {
            fault: code.fault(),
            unit: "codes",
            value: f64::from(u8::from(reported)),
            good_limit: 0.0,
            broken: code.code().map_or_else(
                || format!("the station reports its own code {}", code.text()),
                |known| format!("the station reports {}", known.meaning),
            ),
            good: "the station reports it no more".to_owned(),
        });
    }

    fn silences(&mut self, seen: &Seen<'_>, reported: Option<&Reported>) -> Silenced {
        if let Some(Reported::Known(place)) = reported
            && CODES.get(usize::from(*place)).is_some_and(|code| !code.causes.is_empty())
        {
            self.explains = Some((*place, seen.at));
        }
        self.explains = self.explains.filter(|(_, at)| seen.at.saturating_sub(*at) <= SILENCES_MS);
        let code = self.explains.and_then(|(place, _)| CODES.get(usize::from(place)));
        code.map_or_else(Silenced::default, |code| Silenced { faults: code.causes, severity: code.severity })
    }
}

impl Family for Codes {
    const TAG: u8 = 17;

    fn outline(&self) -> u16 {
        u16::from(self.watch.outline()) | u16::from(self.explains.is_some()) << 8
    }

    fn write(&self, to: &mut Writer) {
        to.byte(u8::from(self.code.is_some()) | u8::from(self.explains.is_some()) << 1);
        match &self.code {
            Some(Reported::Known(place)) => to.byte(*place),
            Some(Reported::Vendor(text)) => {
                to.byte(VENDORS);
                to.text(text);
            }
            None => {}
        }
        self.watch.pack(to);
        if let Some((place, at)) = self.explains {
            to.byte(place);
            to.past(at);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        let code = match mask & 1 {
            0 => None,
            _ => Some(match from.byte()? {
                VENDORS => {
                    let text = from.text()?;
                    if text.len() > MAX_TEXT {
                        return Err(BadState);
                    }
                    Reported::Vendor(text.to_owned())
                }
                place => Reported::Known(place),
            }),
        };
        let watch = Watch::unpack(from)?;
        let explains = if mask & 2 == 0 { None } else { Some((from.byte()?, from.past()?)) };
        if mask > 3 { Err(BadState) } else { Ok(Self { code, watch, explains }) }
    }
}

#[cfg(test)]
impl crate::part::Fullest for Codes {
    fn fullest(at: i64) -> Self {
        let code = Some(Reported::Vendor("x".repeat(MAX_TEXT)));
        Self { code, watch: Watch::fullest(at, false, true), explains: Some((3, at - SILENCES_MS)) }
    }
}
