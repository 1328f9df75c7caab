//! A simulated charging station for any MQTT broker.

mod arguments;

use arguments::Arguments;
use clap::Parser;
use station::{Clock, Report, StationConfig};
use std::io::{self, Write};
use std::process::ExitCode;
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;

/// Reports that wait to be printed.
const REPORTS_MAX: usize = 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(io::stderr).with_env_filter(EnvFilter::new("warn,station=info")).init();
    let clock = Clock::starting_now(arguments.speed);
    let plan = arguments.plan(clock.now());
    let (sender, receiver) = mpsc::channel(REPORTS_MAX);
    let (host, port) = arguments.broker;
    let mut config = StationConfig::new(arguments.id, host, port, clock, plan);
    config.keep_alive = std::time::Duration::from_secs(arguments.keep_alive);
    config.reports = Some(sender);
    match tokio::join!(station::run(config, interrupted()), print_reports(receiver)) {
        (Ok(summary), Ok(())) => match print_line(&summary) {
            Ok(()) if summary.finished => ExitCode::SUCCESS,
            Ok(()) | Err(_) => ExitCode::FAILURE,
        },
        (Ok(_), Err(_)) => ExitCode::FAILURE,
        (Err(error), _) => {
            drop(writeln!(io::stderr(), "{}", chain(&error)));
            ExitCode::from(2)
        }
    }
}

/// Where the interrupt cannot be caught, it ends the process.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn print_reports(mut reports: mpsc::Receiver<Report>) -> io::Result<()> {
    while let Some(report) = reports.recv().await {
        print_line(&report)?;
    }
    Ok(())
}

fn print_line(value: &impl serde::Serialize) -> io::Result<()> {
    writeln!(io::stdout(), "{}", serde_json::to_string(value)?)
}

fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |error| error.source())
        .fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
