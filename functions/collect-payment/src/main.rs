//! Debts and holds to Stripe, on Lambda.

use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, tables, secret, api_base) = lambda::Config::from_env(|env| {
        let [assets, sessions, alerts, quarantine, secret] =
            ["ASSETS_TABLE", "SESSIONS_TABLE", "ALERTS_TABLE", "QUARANTINE_TABLE", "STRIPE_KEY_SECRET"]
                .map(|name| env.required(name));
        let tables = aws::Tables { assets, sessions, alerts, quarantine, ..Default::default() };
        (env.aws(), tables, secret, env.optional("STRIPE_API_BASE"))
    })?;
    let clients = aws::Clients::new(settings);
    let key = clients.secret(secret, lambda::SystemClock);
    let stripe = stripe::KeyedStripe::new(key, api_base, Duration::from_secs(15));
    let outside = ports::AnswersAndPayments { answers: clients.answers(), payments: stripe };
    let ports = ports::Ports { tables: clients.tables(tables), outside };
    lambda::run_stream(aws::decode::due_payment, &ports, |now, records| collect_payment::handle(&ports, now, records))
        .await
}
