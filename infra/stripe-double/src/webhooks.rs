//! Webhook endpoints and signatures (`docs.stripe.com/webhooks/signature`, `docs.stripe.com/webhooks`).

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use thiserror::Error;

use crate::ledger::hex;

/// Where events are delivered, and the secrets that sign them.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// `host:port`.
    authority: String,
    path: String,
    secrets: Vec<String>,
}

/// The address of a webhook cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("a webhook needs an address like http://127.0.0.1:8080/path, not {url}")]
pub struct WebhookError {
    url: String,
}

impl Webhook {
    /// An endpoint at a plain `http` address. While a secret is rotated there are two: each signs.
    pub fn new(url: &str, secrets: &[&str]) -> Result<Self, WebhookError> {
        let invalid = || WebhookError { url: url.to_owned() };
        let rest = url.strip_prefix("http://").ok_or_else(invalid)?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if host.is_empty() || url.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(invalid());
        }
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        Ok(Self {
            authority: if has_port { host.to_owned() } else { format!("{host}:80") },
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect(),
        })
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The `Stripe-Signature` header of a payload sent `at` this moment: `t`, and one `v1` for each secret.
    pub(crate) fn signature(&self, payload: &str, at: Timestamp) -> String {
        let seconds = at.as_second();
        self.secrets.iter().filter_map(|secret| sign(secret, &format!("{seconds}.{payload}"))).fold(
            format!("t={seconds}"),
            |mut header, signature| {
                header.push_str(",v1=");
                header.push_str(&signature);
                header
            },
        )
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Webhook")
            .field("authority", &self.authority)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// HMAC-SHA256, in hexadecimal digits.
fn sign(secret: &str, signed: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    Some(hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_its_time_and_one_v1_for_each_secret() {
        // Computed apart: printf '%s' '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac <secret>
        let (first, second) = (
            "97ea69f91fd566038386bacf87292eb0d73a8207414ee62ed313d49996fe0639",
            "c0c4c9e4637bb269965a5df170a9c6c3c973e3fafe3d4bed97086daad7fdc63c",
        );
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        for (secrets, expected) in [
            (&["whsec_a"][..], format!("t=1700000000,v1={first}")),
            (&["whsec_a", "whsec_b"], format!("t=1700000000,v1={first},v1={second}")),
        ] {
            let webhook = Webhook::new("http://127.0.0.1:1/hook", secrets).unwrap();
            assert_eq!(webhook.signature(r#"{"id":"evt_1"}"#, at), expected);
        }
    }

    #[test]
    fn addresses_are_plain_http() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/hook?x=1", Some(("127.0.0.1:8080", "/hook?x=1"))),
            ("http://localhost", Some(("localhost:80", "/"))),
            ("http://[::1]:8080/hook", Some(("[::1]:8080", "/hook"))),
            ("https://127.0.0.1/hook", None),
            ("127.0.0.1:8080", None),
            ("http:///hook", None),
            ("http://127.0.0.1:80/a\r\nb", None),
        ] {
            let read = Webhook::new(url, &["s"]).ok();
            assert_eq!(read.as_ref().map(|webhook| (webhook.authority(), webhook.path())), expected, "{url}");
        }
    }
}
