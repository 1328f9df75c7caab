//! Holds the adapters on DynamoDB to every promise of their ports, at the endpoint that the environment names: a cloud of one's own.
//!
//! It creates the tables of the template there and leaves what it wrote: never point it at tables that somebody uses.

#![expect(clippy::print_stdout, reason = "what was promised and kept is what it is there to say")]

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use aws::Dynamo;
use futures_util::FutureExt as _;
use lambda::Config;
use wattwarden::template::{TEMPLATE, Topology};

macro_rules! held_to {
    ($($suite:ident { $($promise:ident)* })*) => {
        /// Every promise by its name, and whether it was kept.
        async fn hold(tables: &Dynamo) -> Vec<(&'static str, bool)> {
            let mut kept = Vec::new();
            $($({
                let promise = Box::pin(tests::conformance::$suite::$promise(tables));
                let outcome = AssertUnwindSafe(promise).catch_unwind().await;
                kept.push((concat!(stringify!($suite), "::", stringify!($promise)), outcome.is_ok()));
            })*)*
            kept
        }
    };
}

tests::each_promise!(held_to);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, lambda::Error> {
    let (settings, _endpoint) = Config::from_env(|env| (env.aws(), env.required("AWS_ENDPOINT_URL")))?;
    let topology = Topology::read(TEMPLATE)?;
    let clients = aws::Clients::new(settings);
    aws::tables::ensure(clients.dynamodb(), &topology.tables).await?;
    let name = |name: &str| name.to_owned();
    let kept = hold(&clients.tables(aws::Tables {
        assets: name("assets"),
        connectors: name("connectors"),
        sessions: name("sessions"),
        receipts: name("receipts"),
        alerts: name("alerts"),
        quarantine: name("quarantine"),
    }))
    .await;
    let broken: Vec<&str> = kept.iter().filter(|(_, is_kept)| !is_kept).map(|(promise, _)| *promise).collect();
    for promise in &broken {
        println!("broken: {promise}");
    }
    println!("{} promises kept, {} broken", kept.len() - broken.len(), broken.len());
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
