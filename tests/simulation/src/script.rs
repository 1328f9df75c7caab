//! What truly happens at the stations, and what they say of it.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use messages::{HoldId, SessionId};
use serde_json::json;

use crate::chance::{Chance, Rate};
use crate::core::later;
use crate::sites::{self, DRIVERS, MAX_W, Pays, Prices};
use crate::wanted_back::WantedBack;

/// A session as it truly takes place, and the messages in which its station tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) session: SessionId,
    pub(crate) prices: Prices,
    /// The driver's number; none: a token that nobody has.
    pub(crate) driver: Option<usize>,
    /// The driver is not known, and has money held for the session.
    pub(crate) ad_hoc: Option<AdHoc>,
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) lines: Vec<Line>,
    /// The station's clock is years off, or nearly so: the times of its stretches cannot be known.
    pub(crate) is_clock_wrong: bool,
    /// Somebody who is asked to stop a session that never ended ends it.
    pub(crate) answers_stop: bool,
    /// What will be wanted back of what is paid for it.
    pub(crate) wanted_back: WantedBack,
}

/// Money that somebody who is not known has held before their session.
#[derive(Debug, Clone)]
pub(crate) struct AdHoc {
    pub(crate) hold: HoldId,
    /// How much, minor units.
    pub(crate) minor: i64,
    /// When they ask for it.
    pub(crate) asked_at: Timestamp,
    /// They stand at the station until then; a session that has not begun by then does not take place.
    pub(crate) waits_until: Timestamp,
    pub(crate) evse: u16,
}

/// A part of a session between two messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Seconds since 1970.
    pub(crate) from_s: i64,
    pub(crate) to_s: i64,
    pub(crate) is_parked: bool,
    /// What the register tells of it: nothing where it was reset in between.
    pub(crate) wh: i64,
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) message_id: String,
    pub(crate) data: Vec<u8>,
    /// When the station sends it first; none: never, unless it is asked.
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) fate: Fate,
}

/// What becomes of a message by the station's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It says what happened.
    Whole,
    /// Its reading was lost.
    NoReading,
    /// It cannot be read: it is refused for ever.
    Malformed,
}

/// How often sessions and messages are unusual.
const NO_ENERGY: Rate = Rate::percent(3);
const REGISTER_FALLS: Rate = Rate::percent(2);
const CLOCK_WRONG: Rate = Rate(50);
const UNKNOWN_TOKEN: Rate = Rate::percent(1);
const AD_HOC: Rate = Rate::percent(6);
const BACKLOG: Rate = Rate::percent(15);
const NO_STOP: Rate = Rate(20);
const READING_LOST: Rate = Rate::percent(1);
const MALFORMED: Rate = Rate(50);
const LATE: Rate = Rate::percent(1);

/// A register that shows less does not fall, and one that falls shows less afterwards.
const LEAST_BEFORE_FALL: i64 = 1_000;

/// Where and when a session takes place.
#[derive(Debug, Clone, Copy)]
struct Place {
    station: usize,
    evse: u16,
    number: usize,
}

/// The sessions of these numbers at all stations, one after the other at each EVSE.
pub(crate) fn sessions(chance: &mut Chance, numbers: Range<usize>, stations: usize) -> Vec<Script> {
    let mut scripts = Vec::with_capacity(numbers.len());
    let mut evses: Vec<(Timestamp, i64)> = (0..stations * 2)
        .map(|_| (later(sites::start(), minutes(chance.between(0, 300))), chance.between(0, 9_000_000)))
        .collect();
    for number in numbers {
        let evse = number % evses.len();
        let place = Place { station: evse / 2, evse: if evse.is_multiple_of(2) { 1 } else { 2 }, number };
        let (free_at, register_wh) = evses[evse];
        let from = later(free_at, minutes(chance.between(2, 150)));
        let (script, ended_at, register_wh) = session(chance, place, from, register_wh);
        scripts.push(script);
        evses[evse] = (ended_at, register_wh);
    }
    scripts
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// One session; also when it ended and what its register shows then.
fn session(chance: &mut Chance, place: Place, from: Timestamp, mut register_wh: i64) -> (Script, Timestamp, i64) {
    let transaction = format!("tx{}", place.number);
    let driver = (!chance.hits(UNKNOWN_TOKEN)).then(|| chance.below(DRIVERS));
    let ad_hoc = driver.filter(|_| chance.hits(AD_HOC)).map(|_| ad_hoc(chance, place, from));
    let token = match (&ad_hoc, driver) {
        (Some(ad_hoc), _) => ad_hoc.hold.token().to_string(),
        (None, Some(driver)) => sites::token(driver),
        (None, None) => format!("nobody-{}", place.number),
    };
    let updates = chance.below(5);
    let power_w = if chance.hits(NO_ENERGY) { 0 } else { chance.between(1_400, MAX_W) };
    // A register that falls does so before the last reading; otherwise nobody could bill what came after.
    let falls_at =
        (updates > 0 && register_wh > LEAST_BEFORE_FALL && chance.hits(REGISTER_FALLS)).then(|| chance.below(updates));
    let parked_from = if chance.below(3) == 0 { chance.below(updates + 1) } else { usize::MAX };
    let is_clock_wrong = chance.hits(CLOCK_WRONG);
    let off =
        if is_clock_wrong { SignedDuration::from_hours(chance.between(-87_600, 87_600)) } else { SignedDuration::ZERO };
    let never_stops = chance.hits(NO_STOP);
    let mut at = from;
    let mut stretches = Vec::new();
    let mut said = vec![(at, register_wh, parked_from > 0)];
    for number in 0..=updates {
        let is_parked = number >= parked_from;
        let lasts_s = chance.between(61, 2_400);
        let wh = if is_parked { 0 } else { power_w * lasts_s / 3_600 };
        let next = later(at, SignedDuration::from_secs(lasts_s));
        let falls = falls_at == Some(number);
        register_wh = if falls { chance.between(0, LEAST_BEFORE_FALL) } else { register_wh + wh };
        let told_wh = if falls { 0 } else { wh };
        stretches.push(Stretch { from_s: at.as_second(), to_s: next.as_second(), is_parked, wh: told_wh });
        at = next;
        said.push((at, register_wh, number + 1 < parked_from));
    }
    let kept_until = chance.hits(BACKLOG).then(|| later(at, minutes(chance.between(0, 1_200))));
    let last = said.len() - 1;
    let lines = said.iter().enumerate().map(|(seq, (at, register_wh, charges))| {
        let message_id = format!("m-{}-{seq}", place.number);
        let fate = if chance.hits(MALFORMED) {
            Fate::Malformed
        } else if chance.hits(READING_LOST) {
            Fate::NoReading
        } else {
            Fate::Whole
        };
        let late = if chance.hits(LATE) { minutes(chance.between(1, 1_800)) } else { SignedDuration::ZERO };
        let sent_at = (!(never_stops && seq == last)).then(|| later(kept_until.unwrap_or(*at), late));
        let event = if seq == 0 {
            "Started"
        } else if seq == last {
            "Ended"
        } else {
            "Updated"
        };
        let state = if *charges { "Charging" } else { "SuspendedEV" };
        let said_at = later(*at, off);
        let mut message = json!({
            "messageId": message_id, "eventType": event, "transactionId": transaction, "seqNo": seq,
            "at": said_at, "chargingState": state, "registerWh": register_wh, "offline": kept_until.is_some(),
        });
        if seq == 0 {
            message["evseId"] = json!(place.evse);
            message["connectorId"] = json!(1);
            message["idToken"] = json!(token);
        }
        match fate {
            Fate::Whole => {}
            Fate::NoReading => message["registerWh"] = json!(null),
            Fate::Malformed => message["at"] = json!("yesterday"),
        }
        Line { message_id, data: message.to_string().into_bytes(), sent_at, fate }
    });
    let lines = lines.collect();
    let session = SessionId { station: parsed(&sites::station(place.station)), transaction: parsed(&transaction) };
    let prices = sites::prices_at(place.station);
    let answers_stop = chance.below(2) == 0;
    let wanted_back = WantedBack::by(&mut chance.aside(), driver.map(Pays::of));
    (
        Script { session, prices, driver, ad_hoc, stretches, lines, is_clock_wrong, answers_stop, wanted_back },
        at,
        register_wh,
    )
}

/// What is held before a session: enough for most, too little for some.
fn ad_hoc(chance: &mut Chance, place: Place, from: Timestamp) -> AdHoc {
    let minor = 10 * chance.between(20, 400);
    let asked_at = later(from, -minutes(chance.between(2, 12)));
    let hold = parsed(&format!("h{}", place.number));
    AdHoc { hold, minor, asked_at, waits_until: from, evse: place.evse }
}

fn parsed<T: std::str::FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(value) => value,
        Err(_) => unreachable!("{text} is no id"),
    }
}
