//! What must stay secret shows up nowhere: not in a line that is logged, and not in anything that is printed of a run.
#![cfg(test)]

use std::io;
use std::sync::{Arc, Mutex};

use simulation::{Mutant, Plan, WEBHOOK_SECRET, run};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The beginnings of Stripe's keys and secrets (`docs.stripe.com/keys`), and our own secret.
const SECRET: [&str; 6] = ["sk_test_", "sk_live_", "rk_test_", "rk_live_", "whsec_", WEBHOOK_SECRET];

#[test]
fn no_secret_is_logged_or_printed() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .with_ansi(false)
        .finish();
    let reports = tracing::subscriber::with_default(subscriber, || {
        [None, Some(Mutant::RandomKey), Some(Mutant::FinalReopened)]
            .map(|mutant| run(&Plan { mutant, ..Plan::of_seed(9).with_sessions(300) }))
    });
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("an event of Stripe was taken") && logged.contains("a payment moved on"), "nobody logs");
    let printed = format!("{logged}{reports:?}");
    for secret in SECRET {
        let at = printed.find(secret).map(|at| &printed[at.saturating_sub(100)..at]);
        assert_eq!(at, None, "{secret} is shown");
    }
}
