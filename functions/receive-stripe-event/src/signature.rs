//! The signature of a webhook (docs.stripe.com/webhooks, "Verify webhook signatures manually"):
//! HMAC-SHA256 over the time, a dot and the body.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use ports::Secret;
use sha2::Sha256;

/// How far the time of a signature may be off, either way, seconds.
const TOLERANCE_S: u64 = 300;

/// The longest header that is read, bytes.
const MAX_HEADER: usize = 4 * 1024;

/// A header `Stripe-Signature`: `t=…,v1=…,v1=…`; entries of other schemes do not count.
pub(crate) struct Signature {
    /// Seconds of the epoch, as they were written: these characters are signed.
    time_text: String,
    time_s: i64,
    tags: Vec<[u8; 32]>,
}

/// What is wrong with a header.
pub(crate) struct Malformed(pub(crate) &'static str);

/// The secrets of the webhook: one, or the current and the previous one while they are changed, with commas, spaces or line breaks
/// between.
pub(crate) fn keys(secret: &Secret<String>) -> impl Iterator<Item = &str> {
    secret.expose().split([',', ' ', '\t', '\r', '\n']).filter(|key| !key.is_empty())
}

impl Signature {
    pub(crate) fn parse(header: &str) -> Result<Self, Malformed> {
        if header.is_empty() {
            return Err(Malformed("it has no signature"));
        }
        if header.len() > MAX_HEADER {
            return Err(Malformed("its signature is too long"));
        }
        let mut time = None;
        let mut tags = Vec::new();
        for (name, value) in header.split(',').filter_map(|entry| entry.trim().split_once('=')) {
            match name {
                "t" if time.is_some() => return Err(Malformed("its signature has two times")),
                "t" => time = value.parse().ok().map(|time_s: i64| (value.to_owned(), time_s)),
                "v1" => tags.extend(tag(value)),
                _ => {}
            }
        }
        let (time_text, time_s) = time.ok_or(Malformed("its signature has no time"))?;
        if tags.is_empty() { Err(Malformed("it has no v1 signature")) } else { Ok(Self { time_text, time_s, tags }) }
    }

    /// Whether it was signed within 300 s of `now`, before or after.
    pub(crate) fn is_recent(&self, now: Timestamp) -> bool {
        now.as_second().abs_diff(self.time_s) <= TOLERANCE_S
    }

    /// Whether one of the tags is that of this key and body; compared in constant time.
    pub(crate) fn fits(&self, key: &str, body: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
        mac.update(self.time_text.as_bytes());
        mac.update(b".");
        mac.update(body);
        self.tags.iter().any(|tag| mac.clone().verify_slice(tag).is_ok())
    }
}

/// 64 hexadecimal digits.
fn tag(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut tag = [0; 32];
    for (byte, pair) in tag.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(tag)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "d4a9ad2a8da4f7be4b4a9b2a1d1b5c1f2cbd1b5ed1ec4a8e1b6b8f2e1d2c3b4a";

    #[test]
    fn a_tag_is_what_openssl_computes() {
        // printf '1780315200.{}' | openssl dgst -sha256 -hmac whsec_test
        let header = "t=1780315200,v1=db931b5c317ea779811da2bfeb92f3968056fced653314a5a34c8eb41f467db8";
        let signature = Signature::parse(header).ok().unwrap();
        assert!(signature.fits("whsec_test", b"{}"));
        assert!(!signature.fits("whsec_tess", b"{}"));
        assert!(!signature.fits("whsec_test", b"{ }"));
    }

    #[test]
    fn headers_are_read_as_stripe_writes_them() {
        for (header, tags) in [
            (format!("t=1,v1={SIGNED}"), Ok(1)),
            (format!("t=1, v1={SIGNED}, v0={SIGNED}"), Ok(1)),
            (format!("v1={SIGNED},t=1,v1={SIGNED}"), Ok(2)),
            (format!("t=1,v1=short,v1={SIGNED}"), Ok(1)),
            (format!("t=1,v0={SIGNED}"), Err("it has no v1 signature")),
            (format!("t=1,v1={}", "g".repeat(64)), Err("it has no v1 signature")),
            (format!("v1={SIGNED}"), Err("its signature has no time")),
            (format!("t=soon,v1={SIGNED}"), Err("its signature has no time")),
            (format!("t=1,t=2,v1={SIGNED}"), Err("its signature has two times")),
            (format!("t=1,v1={SIGNED},{}", "x".repeat(4_096)), Err("its signature is too long")),
            (String::new(), Err("it has no signature")),
            (",,=,".to_owned(), Err("its signature has no time")),
        ] {
            let read = Signature::parse(&header).map(|signature| signature.tags.len()).map_err(|malformed| malformed.0);
            assert_eq!(read, tags, "{header}");
        }
    }

    #[test]
    fn a_time_may_be_off_by_five_minutes_either_way() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        for (off_s, recent) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
            let header = format!("t={},v1={SIGNED}", now.as_second() + off_s);
            assert_eq!(Signature::parse(&header).ok().unwrap().is_recent(now), recent, "{off_s} s");
        }
        for extreme in [i64::MIN, i64::MAX] {
            let header = format!("t={extreme},v1={SIGNED}");
            assert!(!Signature::parse(&header).ok().unwrap().is_recent(now));
        }
    }

    #[test]
    fn two_secrets_may_be_at_hand() {
        let read = |text: &str| keys(&Secret::new(text.to_owned())).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(read("whsec_a"), ["whsec_a"]);
        assert_eq!(read("whsec_a,whsec_b"), ["whsec_a", "whsec_b"]);
        assert_eq!(read("whsec_a\r\nwhsec_b\n"), ["whsec_a", "whsec_b"]);
        assert_eq!(read(" \n,"), Vec::<String>::new());
    }
}
