//! Samples to connector state and fault episodes, on Lambda.

use lambda::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables) = Config::from_env(|env| {
        let [assets, connectors, alerts, quarantine] =
            ["ASSETS_TABLE", "CONNECTORS_TABLE", "ALERTS_TABLE", "QUARANTINE_TABLE"].map(|name| env.required(name));
        (env.aws(), aws::Tables { assets, connectors, alerts, quarantine, ..Default::default() })
    })?;
    let ports = aws::Clients::new(settings).tables(tables);
    lambda::run_queue(aws::decode::envelope, &ports, |now, records| check_telemetry::handle(&ports, now, records)).await
}
