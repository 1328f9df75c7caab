//! The command line: what can be asked, and how it teaches.

mod money;
mod offline;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use money::{Collect, Hold, Reconcile, Refund, SaveCard, Settle};
pub use offline::{Bill, Detect, Lint, Price, Receipt, Simulate, Written};

/// The system on this machine, and the operator's command line.
///
/// Results are JSON or NDJSON on standard output (only `receipt`, and `demo` without --json, print for people), progress and logs go to
/// standard error.
/// Exit 0: it did its work. Exit 1: a check failed. Exit 2: the input cannot be used.
#[derive(Debug, Parser)]
#[command(name = "wattwarden", version, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole system with simulated stations until every session is paid or closed, and check the outcome
    Demo(Demo),
    /// Run the system until it is interrupted; stations connect over MQTT
    Up(Up),
    /// Print what the system knows, one JSON object a line
    Show(Show),
    /// Load sites, stations, tariffs, drivers and stock from a YAML or JSON file; loading twice changes nothing
    Load(Load),
    /// Print everything that `load` can read, as a YAML seed file
    Export(Source),
    /// Admit stations: register them and, in the cloud, give each a certificate of its own
    Admit(Admit),
    /// Give a station in the cloud a second certificate, or end the first once the second is in use
    Rotate(Rotate),
    /// End stations: their certificates and their registration; what they have charged stays
    Retire(Retire),
    /// Hold money for a driver who is not known, and ask their station to start
    ///
    /// Prints the hold with its one-time token, which pays for one session at this EVSE; `show holds` tells what becomes of it.
    Hold(Hold),
    /// Give money back that a driver has paid for a session
    Refund(Refund),
    /// Say that a debt that could not be collected is paid another way; a driver is blocked as long as any such debt is open
    Settle(Settle),
    /// Collect a debt again that could not be collected, with the card that the driver has now
    Collect(Collect),
    /// Ask a driver for a card, which they enter on a page of Stripe's
    ///
    /// Prints the address of the page, {driver, state, url, expiresAt}; it is open for a day. Asking again means the same page, until a
    /// card is saved or its time is over. What the driver has not paid is tried again with the new card.
    SaveCard(SaveCard),
    /// Compare our books with Stripe's and with the registers, as it is done every day
    ///
    /// Prints one line for each disagreement: {kind, session, id, ours, theirs, unit}. Any makes the exit code 1.
    Reconcile(Reconcile),
    /// Price an OCPI CDR under a tariff
    Price(Price),
    /// Look for mistakes in an OCPI tariff
    ///
    /// Prints one line for each finding: {code, severity, path, text}. A warning makes the exit code 1; advice does not.
    Lint(Lint),
    /// Turn the transaction messages of one station into energy and bills
    Bill(Bill),
    /// Print the receipt of a CDR as HTML
    Receipt(Receipt),
    /// Find faults in recorded telemetry of one station
    ///
    /// Prints one line for each fault that opens or clears: {at, evseId, connectorId, fault, severity, change, value, limit, unit, evidence, remedy}.
    /// Without a profile the nominal voltage and the step of the register are learned from the first minutes.
    Detect(Detect),
    /// Run the handlers under every fault that the outside can have, and check what is left of money, messages and alerts
    ///
    /// Everything follows from the seed. Prints one line for each seed, then what all of them went through together.
    Simulate(Simulate),
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many stations take part, 10 to 100
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(10..=100))]
    pub stations: u16,
    /// Where arrivals, energies and noise are drawn from; the same seed draws the same
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many seconds of the system pass in a real one, 1 to 600
    #[arg(long, default_value_t = 120.0, value_parser = speed)]
    pub speed: f64,
    /// Print only the summary, as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Stop one component halfway, to see that the checks notice
    #[arg(long, value_name = "COMPONENT", hide = true)]
    pub stop: Option<Component>,
}

/// A part of the system that can be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Component {
    /// Rules, queues, streams and schedules
    Dispatcher,
    /// The Stripe double
    Stripe,
}

/// Options of `up`.
#[derive(Debug, Args)]
pub struct Up {
    /// Keep everything in this directory; without it, in memory
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Load this first; without it: site `demo`, station-001 to station-010, token 04A1B2C3, one tariff
    #[arg(long, value_name = "FILE")]
    pub seed_file: Option<PathBuf>,
    /// Also run this many simulated stations
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=100))]
    pub stations: u16,
    /// How many seconds of the system pass in a real one, 1 to 600
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// The port for MQTT; 0: any free one
    #[arg(long, default_value_t = 1883)]
    pub mqtt_port: u16,
    /// The port for HTTP; 0: any free one
    #[arg(long, default_value_t = 8080)]
    pub http_port: u16,
}

/// Where a system is found: on this machine, running or stopped, or in the cloud.
#[derive(Debug, Args)]
pub struct Source {
    /// The directory given to `up --data`, whether the system runs or not
    #[arg(long, value_name = "DIR", conflicts_with_all = ["http", "stack"])]
    pub data: Option<PathBuf>,
    /// The address that `up` printed as `http`
    #[arg(long, value_name = "URL", requires = "token", conflicts_with = "stack")]
    pub http: Option<String>,
    /// The token that `up` printed
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
    /// The `CloudFormation` stack of a deployed system; credentials come from `AWS_ACCESS_KEY_ID` and its companions
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// Its region; without it, `AWS_REGION`
    #[arg(long, value_name = "REGION", requires = "stack")]
    pub region: Option<String>,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub struct Show {
    /// What to print
    pub what: What,
    /// Where from.
    #[command(flatten)]
    pub source: Source,
}

/// What `show` can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Sessions, open and ended
    Sessions,
    /// Finished, priced sessions
    Cdrs,
    /// Receipts of billed sessions, each site's numbered without gaps
    Receipts,
    /// Debts and what was paid
    Payments,
    /// Holds of drivers who are not known, each with its session and what it has cost so far
    Holds,
    /// Alerts, with the texts as people got them
    Alerts,
    /// Faults, open and cleared
    Faults,
    /// Connectors as they are now
    Connectors,
    /// Stations: connected or not, and since when
    Presence,
    /// Spares on hand
    Stock,
    /// Refused input, byte for byte
    Quarantine,
}

impl What {
    /// The word on the command line and in the path.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Cdrs => "cdrs",
            Self::Holds => "holds",
            Self::Receipts => "receipts",
            Self::Payments => "payments",
            Self::Alerts => "alerts",
            Self::Faults => "faults",
            Self::Connectors => "connectors",
            Self::Presence => "presence",
            Self::Stock => "stock",
            Self::Quarantine => "quarantine",
        }
    }
}

/// Options of `load`.
#[derive(Debug, Args)]
pub struct Load {
    /// The seed file, YAML or JSON
    pub file: PathBuf,
    /// Where to.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `admit`.
///
/// On this machine there are no certificates: a station is admitted by being registered.
#[derive(Debug, Args)]
pub struct Admit {
    /// Ids of registered stations, or one seed file whose stations are registered first
    #[arg(required = true, value_name = "FILE|ID")]
    pub stations: Vec<String>,
    /// Register ids that are not registered yet at this site
    #[arg(long, value_name = "ID")]
    pub site: Option<String>,
    /// Issue no certificate; the stations come for theirs with the claim certificate, once each
    #[arg(long)]
    pub claim: bool,
    /// Also stations that have claimed theirs before, and have lost it
    #[arg(long, requires = "claim")]
    pub again: bool,
    /// How many days the stations may come
    #[arg(long, value_name = "N", default_value_t = 30, requires = "claim", value_parser = clap::value_parser!(u16).range(1..=365))]
    pub days: u16,
    /// Write ID.cert.pem and ID.key.pem into this directory instead of printing them
    #[arg(long, value_name = "DIR", conflicts_with = "claim")]
    pub out: Option<PathBuf>,
    /// Where to.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `rotate`.
#[derive(Debug, Args)]
pub struct Rotate {
    /// The station
    #[arg(value_name = "ID")]
    pub station: String,
    /// Issue nothing, but revoke every certificate of the station except this one
    #[arg(long, value_name = "CERTIFICATE_ID", conflicts_with = "out")]
    pub finish: Option<String>,
    /// Write ID.cert.pem and ID.key.pem into this directory instead of printing them
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

/// Options of `retire`.
#[derive(Debug, Args)]
pub struct Retire {
    /// The stations
    #[arg(required = true, value_name = "ID")]
    pub stations: Vec<String>,
    /// Where.
    #[command(flatten)]
    pub source: Source,
}

fn speed(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "a speed is a number".to_owned())?;
    if (1.0..=600.0).contains(&value) { Ok(value) } else { Err("a speed is between 1 and 600".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
