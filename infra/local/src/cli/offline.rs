//! What works on files, or on nothing at all.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

/// Options of `price`.
#[derive(Debug, Args)]
pub struct Price {
    /// An OCPI 2.2.1 Tariff; wins over the tariffs in the CDR
    #[arg(long, value_name = "FILE", conflicts_with = "cases")]
    pub tariff: Option<PathBuf>,
    /// An OCPI 2.2.1 CDR; its own totals are ignored
    #[arg(long, value_name = "FILE", required_unless_present = "cases")]
    pub cdr: Option<PathBuf>,
    /// IANA time zone; required when a restriction is by wall clock
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// NDJSON of `{id, tariff, cdr, time_zone}`: prints `{id, cdr}` or `{id, error}` for each
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cdr", "time_zone"])]
    pub cases: Option<PathBuf>,
}

/// Options of `lint`.
#[derive(Debug, Args)]
pub struct Lint {
    /// An OCPI 2.2.1 Tariff
    pub tariff: PathBuf,
}

/// Options of `bill`.
#[derive(Debug, Args)]
pub struct Bill {
    /// An OCPI 2.2.1 Tariff
    #[arg(long, value_name = "FILE")]
    pub tariff: PathBuf,
    /// IANA time zone of the site
    #[arg(long, value_name = "ZONE")]
    pub time_zone: String,
    /// JSON: `max_power_w`, `register_modulus_wh`, `min_energy_wh`, `max_skew_s`, `grace_s`, `meter_public_key`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// NDJSON of transaction payloads, each with an optional receivedAt
    pub file: PathBuf,
}

/// Options of `receipt`.
#[derive(Debug, Args)]
pub struct Receipt {
    /// One CDR as `show cdrs` prints it, or one line of `bill`
    #[arg(long, value_name = "FILE")]
    pub cdr: PathBuf,
    /// Its number in the series of its site, from 1
    #[arg(long, value_name = "N")]
    pub number: Option<NonZeroU64>,
    /// The language that it is written in
    #[arg(long, value_name = "LANGUAGE", value_enum, default_value_t = Written::En)]
    pub language: Written,
    /// When it is issued, RFC 3339; without it, when the CDR was made
    #[arg(long, value_name = "TIME")]
    pub issued_at: Option<Timestamp>,
}

/// A language that receipts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// English
    En,
    /// German
    De,
}

impl From<Written> for messages::Language {
    fn from(written: Written) -> Self {
        match written {
            Written::En => Self::En,
            Written::De => Self::De,
        }
    }
}

/// Options of `detect`.
#[derive(Debug, Args)]
pub struct Detect {
    /// JSON: nominalV, phases, maxA, current, meterSide, warnC, criticalC, registerStepWh
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// NDJSON of telemetry payloads, each with an optional receivedAt, up to two minutes out of order; transaction payloads among them
    /// tell of units that fail session after session
    pub file: PathBuf,
}

/// Options of `simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// This seed only
    #[arg(long, value_name = "N", conflicts_with = "seeds")]
    pub seed: Option<u64>,
    /// The seeds from 1 to N
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub seeds: u64,
    /// Sessions of each seed
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub sessions: u64,
    /// With a mistake in the code on purpose, which has to be noticed
    #[arg(long, value_name = "NAME", value_parser = mutant_names())]
    pub mutant: Option<String>,
    /// Every mistake, one after the other; exit 1 when one is not noticed
    #[arg(long, conflicts_with_all = ["mutant", "seeds", "exhaustive"])]
    pub mutants: bool,
    /// Worlds of one session, with every single death of an invocation and every pair of near ones
    #[arg(long, conflicts_with_all = ["mutant", "seed", "seeds", "sessions"])]
    pub exhaustive: bool,
    /// How many such worlds
    #[arg(long, value_name = "N", default_value_t = 20, requires = "exhaustive")]
    pub scenarios: usize,
    /// Also print how often invocations gave way and died at each point
    #[arg(long)]
    pub coverage: bool,
}

fn mutant_names() -> clap::builder::PossibleValuesParser {
    simulation::Mutant::ALL.map(simulation::Mutant::as_str).into()
}
