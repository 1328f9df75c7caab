//! `cargo detection-report`: prints how well faults are found.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use detection_report::{Arguments, run};

fn main() -> ExitCode {
    let printed = run(&Arguments::parse()).and_then(|text| std::io::stdout().write_all(text.as_bytes()));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            drop(writeln!(std::io::stderr(), "{failure}"));
            ExitCode::FAILURE
        }
    }
}
