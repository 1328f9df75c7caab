//! Signed webhook to due mark, on Lambda.

use receive_stripe_event::{WebhookRequest, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::start_logging();
    let (settings, sessions, secret) = lambda::Config::from_env(|env| {
        (env.aws(), env.required("SESSIONS_TABLE"), env.required("STRIPE_WEBHOOK_SECRET"))
    })?;
    let clients = aws::Clients::new(settings);
    let tables = clients.tables(aws::Tables { sessions, ..Default::default() });
    let ports = ports::Ports { tables, outside: clients.secret(secret, lambda::SystemClock) };
    lambda::run_http(async |now, call| {
        let signature = call.headers.get("stripe-signature").cloned();
        handle(&ports, now, WebhookRequest { signature, body: call.body }).await.status
    })
    .await
}
