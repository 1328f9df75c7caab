//! The system on this machine, and the operator's command line.
//!
//! [`system::System`] starts every part in one process: an MQTT broker in place of AWS IoT Core, an embedded DynamoDB, the dispatcher in
//! place of rules, queues, streams and schedules (read from the template), the functions' own handlers, and the double of Stripe. One
//! scaled clock drives them all.

mod admit;
pub mod broker;
mod cards;
pub mod cli;
pub mod client;
pub mod clock;
pub mod cloud;
pub mod database;
pub mod demo;
pub mod dispatch;
pub mod exit;
pub mod facts;
pub mod functions;
pub mod hold;
pub mod http;
mod key_files;
mod offline;
pub mod orders;
pub mod outside;
pub mod seed;
pub mod show;
mod simulate;
pub mod system;
pub mod template;
pub mod up;

use std::io::IsTerminal;
use std::process::ExitCode;

use cli::{Cli, Command};
use exit::Failure;
use tracing_subscriber::EnvFilter;

/// Runs one command to its end.
#[expect(clippy::print_stderr, reason = "the one line that says why a command failed")]
pub async fn run(cli: Cli) -> ExitCode {
    log(&cli.command);
    let outcome = match cli.command {
        Command::Demo(options) => demo::run(&options).await,
        Command::Up(options) => up::run(&options).await,
        Command::Show(options) => show::run(&options).await,
        Command::Load(options) => seed::load(&options).await,
        Command::Export(source) => seed::export(&source).await,
        Command::Admit(options) => admit::admit(&options).await,
        Command::Rotate(options) => admit::rotate(&options).await,
        Command::Retire(options) => admit::retire(&options).await,
        Command::Hold(options) => hold::run(&options).await,
        Command::Refund(options) => orders::refund(&options).await,
        Command::Settle(options) => orders::settle(&options).await,
        Command::Collect(options) => orders::collect(&options).await,
        Command::SaveCard(options) => orders::save_card(&options).await,
        Command::Reconcile(options) => orders::reconcile(&options).await,
        Command::Price(options) => offline::price(&options),
        Command::Lint(options) => offline::lint(&options),
        Command::Bill(options) => offline::bill(&options),
        Command::Receipt(options) => offline::receipt(&options),
        Command::Detect(options) => offline::detect(&options),
        Command::Simulate(options) => simulate::simulate(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("wattwarden: {}", failure.message());
            failure.code()
        }
    }
}

/// Logs go to standard error; `RUST_LOG` changes what is shown. The demonstration provokes refusals and declines, so it shows errors only.
fn log(command: &Command) {
    let usual = match command {
        Command::Up(_) => "warn,wattwarden=info,rumqttd=off,dynoxide=error",
        Command::Demo(_)
        | Command::Show(_)
        | Command::Load(_)
        | Command::Export(_)
        | Command::Admit(_)
        | Command::Rotate(_)
        | Command::Retire(_)
        | Command::Hold(_)
        | Command::Refund(_)
        | Command::Settle(_)
        | Command::Collect(_)
        | Command::SaveCard(_)
        | Command::Reconcile(_)
        | Command::Price(_)
        | Command::Lint(_)
        | Command::Bill(_)
        | Command::Receipt(_)
        | Command::Detect(_) => "error,rumqttd=off,dynoxide=error",
        // What goes wrong there goes wrong on purpose.
        Command::Simulate(_) => "off",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let for_people = std::io::stderr().is_terminal();
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(for_people).with_writer(std::io::stderr).try_init();
}

/// Prints what must not be lost: a reader that has gone is a failure, so that nothing more is done for nobody.
pub(crate) fn print_surely(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::failed(&error))
}

/// Prints NDJSON on standard output; a reader that has gone ends it quietly.
pub(crate) fn print_lines(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::failed(&error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
