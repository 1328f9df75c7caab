//! Every minute, whatever is due and not done, on Lambda.

use lambda::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables) = Config::from_env(|env| {
        let [assets, connectors, sessions, receipts, alerts] =
            ["ASSETS_TABLE", "CONNECTORS_TABLE", "SESSIONS_TABLE", "RECEIPTS_TABLE", "ALERTS_TABLE"]
                .map(|name| env.required(name));
        (env.aws(), aws::Tables { assets, connectors, sessions, receipts, alerts, ..Default::default() })
    })?;
    let clients = aws::Clients::new(settings);
    let outside = ports::AnswersAndKeys { answers: clients.answers(), keys: signatures::Meters };
    let ports = ports::Ports { tables: clients.tables(tables), outside };
    lambda::run_schedule(async |now| sweep::handle(&ports, now).await.map(|_| ())).await
}
