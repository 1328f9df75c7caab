//! Onboarding of stations, on Lambda.

use lambda::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables, policy) = Config::from_env(|env| {
        let [assets, alerts] = ["ASSETS_TABLE", "ALERTS_TABLE"].map(|name| env.required(name));
        (env.aws(), aws::Tables { assets, alerts, ..Default::default() }, env.required("STATION_POLICY"))
    })?;
    let clients = aws::Clients::new(settings);
    let outside = identities::Identities::new(&clients, policy);
    let ports = ports::Ports { tables: clients.tables(tables), outside };
    lambda::run_request(async |now, request| admit_station::handle(&ports, now, request).await).await
}
