//! Carrying events to the webhook: one plain HTTP request each.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::double::Double;
use crate::outbox::{DeliveryAttempt, DeliveryOutcome, Waiting};
use crate::webhooks::Webhook;

/// How often the clock is looked at while something waits for its time, in real time.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Enough of an answer to hold its status line.
const STATUS_LINE_BYTES: usize = 256;

/// Delivers whatever becomes due, until dropped.
pub(crate) async fn deliver_forever(double: Arc<Double>) {
    loop {
        deliver_due(&double).await;
        if double.pass_time() || double.outbox.has_waiting() {
            // Either comes first; both mean: look again.
            _ = tokio::time::timeout(LOOK_EVERY, double.outbox.changed.notified()).await;
        } else {
            double.outbox.changed.notified().await;
        }
    }
}

/// Delivers what is due now, one after the other.
pub(crate) async fn deliver_due(double: &Double) {
    double.pass_time();
    let _delivering = double.outbox.delivering.lock().await;
    for waiting in double.outbox.take_due(double.now()) {
        deliver(double, waiting).await;
    }
}

/// Delivers one event; each attempt is signed anew (`docs.stripe.com/webhooks/signature`).
pub(crate) async fn deliver(double: &Double, waiting: Waiting) {
    let (Some(webhook), Some(event)) = (double.outbox.webhook(), double.document(&waiting.event)) else { return };
    let (payload, at) = (event.to_string(), double.now());
    let signature = webhook.signature(&payload, at);
    let posted = tokio::time::timeout(double.answer_within, post(&webhook, &payload, &signature)).await;
    let outcome = match posted {
        Ok(Ok(status)) => DeliveryOutcome::Answered(status),
        Ok(Err(_)) | Err(_) => DeliveryOutcome::Unreachable,
    };
    let kind = event["type"].as_str().unwrap_or_default().to_owned();
    tracing::debug!(event.id = waiting.event, event.kind = kind, outcome = ?outcome, "an event was sent");
    if outcome.is_acknowledged() {
        double.note_acknowledged(&waiting.event);
    }
    let attempt = DeliveryAttempt { at, event: waiting.event.clone(), kind, outcome };
    double.outbox.settle(waiting, attempt);
}

async fn post(webhook: &Webhook, payload: &str, signature: &str) -> io::Result<u16> {
    let mut stream = TcpStream::connect(webhook.authority()).await?;
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nAccept: */*\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nStripe-Signature: {signature}\r\n\
         Connection: close\r\n\r\n{payload}",
        webhook.path(),
        webhook.authority(),
        payload.len(),
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.contains(&b'\n') && answer.len() < STATUS_LINE_BYTES {
        if stream.read_buf(&mut answer).await? == 0 {
            break;
        }
    }
    status(&answer).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

/// The status of `HTTP/1.1 200 OK`.
fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_the_second_word_of_an_http_answer() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Some(200)),
            ("HTTP/1.0 503\r\n", Some(503)),
            ("SSH-2.0-x\r\n", None),
            ("HTTP/1.1 OK\r\n", None),
            ("", None),
        ] {
            assert_eq!(status(answer.as_bytes()), expected, "{answer}");
        }
    }
}
