//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::draw::Half;

/// Measures how well faults are found: in generated charging series with and without faults, beside simple methods.
///
/// A full run takes some minutes. Choose thresholds with `--half tune` only; `--half test` has other cars and stations and is for the
/// numbers that are told. The same arguments give the same numbers, but for the times per sample.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Parser)]
#[command(name = "detection-report", after_help = EXAMPLES)]
pub struct Arguments {
    /// Which half of the seeds to run
    #[arg(long, value_enum, default_value_t = Half::Test)]
    pub(crate) half: Half,
    /// A tenth of everything
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only this fault, such as overvoltage or reported:CX017, and no clean days
    #[arg(long, value_name = "ID")]
    pub(crate) fault: Option<faults::FaultId>,
    /// Only clean days
    #[arg(long, conflicts_with = "fault")]
    pub(crate) clean: bool,
    /// Only this cadence
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=60))]
    pub(crate) cadence: Option<u16>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// Write plots of some episodes into this directory, as SVG
    #[arg(long, value_name = "DIR")]
    pub(crate) plots: Option<PathBuf>,
    /// Also run recorded series as clean operation: CSV files of one-minute rows; each half has every other file
    #[arg(long, value_name = "DIR")]
    pub(crate) real: Option<PathBuf>,
    /// List trials that were missed or wrong, and false alarms, with their numbers
    #[arg(long)]
    pub(crate) misses: bool,
    /// Only this trial of each scenario, as `--misses` names it
    #[arg(long, value_name = "NUMBER", requires = "fault")]
    pub(crate) trial: Option<usize>,
    /// Instead of all else, send so many hostile samples: none may panic or make a state larger than 512 bytes
    #[arg(long, value_name = "SAMPLES")]
    pub(crate) hostile: Option<u64>,
    /// The seed of a half
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads; they change how long it takes and nothing else
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) threads: u8,
}

const EXAMPLES: &str = "\
Examples:
  cargo detection-report --half tune --quick               a look at everything in seconds
  cargo detection-report --half tune --fault overvoltage --cadence 60 --misses
  cargo detection-report --plots target/plots --json > report.json

Reading the table:
  recall        trials in which the fault was found while its cause acted, with a 95 % Wilson interval
  profile       full: detection knows the connector; none: it does not; any: both do equally well
  delay         from the first moment at which the fault could be seen
  wrong         openings of other faults, or before there was a cause
  again         openings of the same fault after the first; worse: those that are a more urgent level
  cleared       of the found, those that were over at the end";
