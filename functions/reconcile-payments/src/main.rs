//! Our books beside Stripe's, every day, on Lambda.

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables, secret, api_base) = lambda::Config::from_env(|env| {
        let [assets, sessions, receipts, alerts, secret] =
            ["ASSETS_TABLE", "SESSIONS_TABLE", "RECEIPTS_TABLE", "ALERTS_TABLE", "STRIPE_KEY_SECRET"]
                .map(|name| env.required(name));
        let tables = aws::Tables { assets, sessions, receipts, alerts, ..Default::default() };
        (env.aws(), tables, secret, env.optional("STRIPE_API_BASE"))
    })?;
    let clients = aws::Clients::new(settings);
    let key = clients.secret(secret, lambda::SystemClock);
    let stripe = stripe::KeyedStripe::new(key, api_base, Duration::from_secs(30));
    let ports = ports::Ports { tables: clients.tables(tables), outside: stripe };
    lambda::run_schedule(async |now| reconcile_payments::handle(&ports, now).await.map(|_| ())).await
}
