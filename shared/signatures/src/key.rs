//! Public keys of meters, as operators write them down.

use ocmf::{Curve, KeyError, PublicKey, Record, VerifyError, verify};

/// The longest key that is read, bytes; a key on the largest curve is 300 bytes as hex.
const MAX_KEY: usize = 2_048;

/// A text that is no public key of a meter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Too long to be one.
    #[error("the key is longer than {MAX_KEY} bytes")]
    TooLong,
    /// Neither a key nor a point.
    #[error("the key cannot be read")]
    Unreadable(#[source] KeyError),
    /// It has the shape of a key, but no private key belongs to it.
    #[error("the key is no point of its curve")]
    NoPoint,
}

/// Whether readings can be checked with this key: a `SubjectPublicKeyInfo` in DER, or a point with or without its SEC 1 prefix, in hex or
/// Base64, or OCPP's `oca:…` form. A point names no curve, so it has to be on one of OCMF's; of curves that cannot be checked here only the
/// length is looked at.
///
/// # Errors
/// [`BadKey`].
pub fn check_key(text: &str) -> Result<(), BadKey> {
    if text.len() > MAX_KEY {
        return Err(BadKey::TooLong);
    }
    match PublicKey::from_text(text, None) {
        Ok(key) => is_point(&key).then_some(()).ok_or(BadKey::NoPoint),
        Err(error) => {
            let points: Vec<PublicKey> =
                Curve::ALL.into_iter().filter_map(|curve| PublicKey::from_text(text, Some(curve)).ok()).collect();
            match points.as_slice() {
                [] => Err(BadKey::Unreadable(error)),
                points if points.iter().any(is_point) => Ok(()),
                _ => Err(BadKey::NoPoint),
            }
        }
    }
}

/// Only a verification tells: this one fails for any key, but for another reason where the key is no point.
fn is_point(key: &PublicKey) -> bool {
    let probe = format!(r#"OCMF|{{}}|{{"SA":"{}","SD":"3006020101020101"}}"#, key.curve().algorithm().as_str());
    match Record::parse(&probe) {
        Ok(record) => !matches!(verify(&record, key), Err(VerifyError::KeyNotOnCurve { .. })),
        Err(_) => true,
    }
}
