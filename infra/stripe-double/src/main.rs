//! The double as a server of its own, for systems that run elsewhere. See `stripe-double --help`.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use jiff::Timestamp;
use stripe_double::{Config, Ended, Running, StripeDouble, Webhook};

const AFTER_HELP: &str = "\
Prints one JSON line, {\"listening\":\"http://127.0.0.1:PORT\"}, when it can be called, and runs until it is interrupted.
It listens on loopback only and keeps everything in memory.
The url of a checkout session is a page of its own, where a test card is chosen.

Example:
  stripe-double --key sk_test_1 --customer cus_anna=pm_card_visa \\
      --webhook-url http://127.0.0.1:8080/stripe/webhook --webhook-secret whsec_1";

/// A server that behaves as Stripe documents its API, for the endpoints Wattwarden uses; no money moves.
#[derive(Debug, Parser)]
#[command(name = "stripe-double", version, after_help = AFTER_HELP)]
struct Arguments {
    /// The port on 127.0.0.1; 0: any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A secret key that is let in, `sk_test_…`; repeat it for several, leave it out for every test key
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// Where events go, plain http
    #[arg(long, value_name = "URL", requires = "webhook_secrets")]
    webhook_url: Option<String>,
    /// What signs events; twice while a secret is rotated
    #[arg(long = "webhook-secret", value_name = "SECRET", requires = "webhook_url")]
    webhook_secrets: Vec<String>,
    /// A customer with one of Stripe's test cards, e.g. `cus_anna=pm_card_visa`; repeat it for several
    #[arg(long = "customer", value_name = "ID=CARD", value_parser = customer)]
    customers: Vec<(String, String)>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "stripe-double: {}", chain(&*error)));
            ExitCode::from(2)
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let secrets: Vec<&str> = arguments.webhook_secrets.iter().map(String::as_str).collect();
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)),
        api_keys: arguments.keys,
        webhook: arguments.webhook_url.map(|url| Webhook::new(&url, &secrets)).transpose()?,
        ..Config::new(Arc::new(now))
    };
    let running = StripeDouble::start(config).await?;
    for (id, card) in &arguments.customers {
        running.handle.add_customer(id, card, "")?;
    }
    writeln!(io::stdout(), "{}", serde_json::json!({ "listening": format!("http://{}", running.addr) }))?;
    until_interrupted(running).await
}

/// Where the interrupt cannot be caught, it ends the process.
async fn until_interrupted(running: Running) -> Result<(), Box<dyn std::error::Error>> {
    let ended = tokio::select! {
        ended = running.finished() => ended,
        Ok(()) = tokio::signal::ctrl_c() => running.stop().await,
    };
    match ended {
        Ended::Stopped => Ok(()),
        Ended::Failed(why) => Err(why.into()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of a double that stands alone")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn customer(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(id, card)| !id.is_empty() && !card.is_empty());
    parts.map(|(id, card)| (id.to_owned(), card.to_owned())).ok_or_else(|| "is not ID=CARD".to_owned())
}

fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |error| error.source())
        .fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
