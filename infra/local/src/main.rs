//! The operator's command line. See `wattwarden --help`.

use std::process::ExitCode;

use clap::Parser;
use wattwarden::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    wattwarden::run(Cli::parse()).await
}
