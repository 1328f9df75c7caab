//! Prices generated sessions with our engine and with the crate `ocpi-tariffs`, and explains every difference.

mod amounts;
mod bench;
mod case;
mod cut;
mod draw;
mod explain;
mod limits;
mod ours;
mod reading;
mod rules;
mod run;
mod shrink;
mod steps;
mod theirs;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

/// Prices generated sessions with our engine and with another one. Differences that no rule explains are printed and end it with 1.
#[derive(Debug, Parser)]
#[command(name = "pricing-differential")]
struct Arguments {
    /// Where the cases come from: the same seed gives the same cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many cases
    #[arg(long, default_value_t = 20_000)]
    cases: u64,
    /// Only this case, with its JSON
    #[arg(long, value_name = "NUMBER", conflicts_with = "cases")]
    case: Option<u64>,
    /// Instead: print the rules that explain differences
    #[arg(long)]
    rules: bool,
    /// Instead: measure how long each engine takes for one session
    #[arg(long)]
    bench: bool,
}

fn main() -> ExitCode {
    let Arguments { seed, cases, case, rules, bench } = Arguments::parse();
    let (holds, text) = if bench {
        bench::table().map_or_else(|failure| (false, failure + "\n"), |table| (true, table))
    } else if rules {
        (true, run::rules())
    } else if let Some(number) = case {
        run::tell(seed, number)
    } else {
        run::run(seed, cases)
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) if holds => ExitCode::SUCCESS,
        Ok(()) | Err(_) => ExitCode::FAILURE,
    }
}
