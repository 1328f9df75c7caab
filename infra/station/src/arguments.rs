//! The command line of the simulated station.

use clap::{Parser, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use station::{Demand, EvseSpec, FaultKind, Plan, ScriptedFault, Upload};

const AFTER_HELP: &str = "\
Prints one JSON object per line: what happens to the station, and at the end a summary. Logs go to standard error.
Ends with 0 when all sessions are over and every transaction message has been acknowledged on ev/v1/ID/ack, with 1
when it was interrupted before, with 2 when the options make no sense.

It publishes on ev/v1/ID/telemetry, .../transaction, .../stock and .../commandResult, and listens on .../ack and
.../command. Against a broker where nobody acknowledges, it resends and does not end: interrupt it.

Examples:
  station --broker 127.0.0.1:1883 --id station-001
      three sessions on two three-phase EVSEs, an hour a minute
  station --broker 127.0.0.1:1883 --id station-007 --kind dc --seed 7 --speed 1
      a fast charger in real time
  station --broker 127.0.0.1:1883 --id station-002 --fault overtemperature --duplicates --upload offline-reversed
      a hot connector in the first session, every message twice, and each session only after its end, backwards

To acknowledge by hand:
  mosquitto_pub -q 1 -t ev/v1/station-001/ack -m '{\"messageId\":\"...\",\"result\":\"stored\"}'";

/// A simulated charging station: it charges drawn vehicles and tells an MQTT broker about it, as a real station would.
#[derive(Debug, Parser)]
#[command(name = "station", version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Where the broker is; plain TCP.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1883", value_parser = parse_broker)]
    pub(crate) broker: (String, u16),
    /// Station id and MQTT client id: 1 to 64 letters, digits, - or _.
    #[arg(long, default_value = "station-001")]
    pub(crate) id: String,
    /// Arrivals, vehicles, energies and noise are drawn from this; the same seed gives the same sessions.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Sessions in all; they go round the EVSEs and overlap.
    #[arg(long, default_value_t = 3)]
    sessions: usize,
    /// How many EVSEs the station has.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=32))]
    evses: u32,
    /// What the EVSEs give.
    #[arg(long, value_enum, default_value_t = Kind::Ac3)]
    kind: Kind,
    /// How many seconds of the station pass in a real one.
    #[arg(long, default_value_t = 60.0)]
    pub(crate) speed: f64,
    /// Seconds of real time between signs of life, 1 to 40.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) keep_alive: u64,
    /// Who may come; repeat it for several.
    #[arg(long, value_name = "TOKEN", default_value = "04A1B2C3")]
    id_token: Vec<String>,
    /// Something goes wrong for ten minutes, five minutes into the first session.
    #[arg(long, value_enum)]
    fault: Option<Fault>,
    /// Every transaction message is sent twice at once.
    #[arg(long)]
    duplicates: bool,
    /// When and in which order the messages of a session are sent.
    #[arg(long, value_enum, default_value_t = Order::Live)]
    upload: Order,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Single-phase AC, 230 V, 32 A.
    Ac1,
    /// Three-phase AC, 230 V, 16 A per phase.
    Ac3,
    /// DC, 400 V, 125 A.
    Dc,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Fault {
    /// 1.15 times the nominal voltage.
    Overvoltage,
    /// 0.85 times the nominal voltage.
    Undervoltage,
    /// 1.4 times the offered current.
    Overcurrent,
    /// Towards 95 °C at the contacts.
    Overtemperature,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    /// As they come.
    Live,
    /// Each pair in reverse order.
    SwappedPairs,
    /// All after the end.
    Offline,
    /// All after the end, the last one first.
    OfflineReversed,
}

impl Arguments {
    /// The plan the options ask for.
    pub(crate) fn plan(&self, start: Timestamp) -> Plan {
        let evses: Vec<_> = (1..=self.evses).map(|evse_id| self.kind.evse(evse_id)).collect();
        let demand = Demand { sessions: self.sessions, id_tokens: self.id_token.clone(), ..Demand::default() };
        let mut plan = Plan::generate(self.seed, start, &evses, &demand);
        plan.duplicates = self.duplicates;
        for arrival in plan.evses.iter_mut().flat_map(|evse| &mut evse.arrivals) {
            arrival.upload = self.upload.upload();
        }
        let first = plan.evses.iter().find_map(|evse| Some((evse.spec.evse_id, evse.arrivals.first()?.plug_in)));
        if let (Some(fault), Some((evse_id, plug_in))) = (self.fault, first) {
            let start = plug_in.checked_add(SignedDuration::from_mins(5)).unwrap_or(plug_in);
            plan.faults.push(ScriptedFault {
                evse_id,
                kind: fault.kind(),
                start,
                duration: SignedDuration::from_mins(10),
            });
        }
        plan
    }
}

impl Kind {
    fn evse(self, evse_id: u32) -> EvseSpec {
        match self {
            Self::Ac1 => EvseSpec::ac_single_phase(evse_id),
            Self::Ac3 => EvseSpec::ac_three_phase(evse_id),
            Self::Dc => EvseSpec::dc(evse_id),
        }
    }
}

impl Fault {
    fn kind(self) -> FaultKind {
        match self {
            Self::Overvoltage => FaultKind::Overvoltage { ratio: 1.15 },
            Self::Undervoltage => FaultKind::Undervoltage { ratio: 0.85 },
            Self::Overcurrent => FaultKind::Overcurrent { ratio: 1.4 },
            Self::Overtemperature => FaultKind::Overtemperature { celsius: 95.0 },
        }
    }
}

impl Order {
    fn upload(self) -> Upload {
        match self {
            Self::Live => Upload::Live,
            Self::SwappedPairs => Upload::SwappedPairs,
            Self::Offline => Upload::Offline,
            Self::OfflineReversed => Upload::OfflineReversed,
        }
    }
}

fn parse_broker(text: &str) -> Result<(String, u16), String> {
    let (host, port) = text.rsplit_once(':').ok_or("write it as HOST:PORT")?;
    let port = port.parse().map_err(|_| format!("{port:?} is not a port"))?;
    if host.is_empty() {
        return Err("the host is missing".to_owned());
    }
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn every_combination_of_options_is_a_plan_that_can_be_carried_out() {
        let start = Timestamp::UNIX_EPOCH;
        for kind in ["ac1", "ac3", "dc"] {
            for fault in ["overvoltage", "undervoltage", "overcurrent", "overtemperature"] {
                let line = format!("station --kind {kind} --fault {fault} --duplicates --upload offline-reversed");
                let plan = parse(&line).unwrap().plan(start);
                assert_eq!(plan.check(), Ok(()), "{line}");
                assert_eq!((plan.sessions(), plan.faults.len(), plan.duplicates), (3, 1, true), "{line}");
            }
        }
    }

    #[test]
    fn a_broker_is_a_host_and_a_port() {
        for (text, expected) in
            [("localhost:1883", Some(("localhost", 1883))), ("localhost", None), (":1883", None), ("h:x", None)]
        {
            let broker = parse_broker(text).ok();
            assert_eq!(broker, expected.map(|(host, port)| (host.to_owned(), port)), "{text}");
        }
    }
}
