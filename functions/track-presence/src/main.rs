//! Lifecycle events to online and offline, on Lambda.

use lambda::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables) = Config::from_env(|env| {
        let [assets, connectors, quarantine] =
            ["ASSETS_TABLE", "CONNECTORS_TABLE", "QUARANTINE_TABLE"].map(|name| env.required(name));
        (env.aws(), aws::Tables { assets, connectors, quarantine, ..Default::default() })
    })?;
    let ports = aws::Clients::new(settings).tables(tables);
    lambda::run_queue(aws::decode::envelope, &ports, |now, records| track_presence::handle(&ports, now, records)).await
}
