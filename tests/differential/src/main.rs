//! Prices generated sessions with our engine and with the crate `ocpi-tariffs`, and explains every difference.

mod bench;
mod theirs;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

/// Prices generated sessions with our engine and with another one. Differences that no rule explains are printed and end it with 1.
#[derive(Debug, Parser)]
#[command(name = "pricing-differential")]
struct Arguments {
    /// Instead: measure how long each engine takes for one session
    #[arg(long)]
    bench: bool,
}

fn main() -> ExitCode {
    let Arguments { bench: _ } = Arguments::parse();
    match bench::table() {
        Ok(text) => say(&text, ExitCode::SUCCESS),
        Err(failure) => say(&format!("{failure}\n"), ExitCode::FAILURE),
    }
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}
