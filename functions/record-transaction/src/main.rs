//! Transaction messages to a session, on Lambda.

use lambda::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables) = Config::from_env(|env| {
        let [assets, connectors, sessions, alerts, quarantine] =
            ["ASSETS_TABLE", "CONNECTORS_TABLE", "SESSIONS_TABLE", "ALERTS_TABLE", "QUARANTINE_TABLE"]
                .map(|name| env.required(name));
        (env.aws(), aws::Tables { assets, connectors, sessions, alerts, quarantine, ..Default::default() })
    })?;
    let clients = aws::Clients::new(settings);
    let outside = ports::AnswersAndKeys { answers: clients.answers(), keys: signatures::Meters };
    let ports = ports::Ports { tables: clients.tables(tables), outside };
    lambda::run_queue(aws::decode::envelope, &ports, |now, records| record_transaction::handle(&ports, now, records))
        .await
}
