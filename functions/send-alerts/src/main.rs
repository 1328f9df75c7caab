//! Alerts to people, on Lambda.

use lambda::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables, topic) = Config::from_env(|env| {
        let [alerts, quarantine, topic] =
            ["ALERTS_TABLE", "QUARANTINE_TABLE", "ALERTS_TOPIC_ARN"].map(|name| env.required(name));
        (env.aws(), aws::Tables { alerts, quarantine, ..Default::default() }, topic)
    })?;
    let clients = aws::Clients::new(settings);
    let ports = ports::Ports { tables: clients.tables(tables), outside: clients.publisher(topic) };
    lambda::run_stream(aws::decode::due_alert, &ports, |now, records| send_alerts::handle(&ports, now, records)).await
}
