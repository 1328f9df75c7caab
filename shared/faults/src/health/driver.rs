//! Telling drivers apart without knowing who they are.

use messages::IdToken;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Two bytes of the SHA-256 of an id token: enough to tell a handful of drivers apart, too little to find out who they are. Two tokens in
/// 65,536 pairs are taken for one; a fault then opens a session later. Stored, so it must never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct DriverMark(u16);

impl DriverMark {
    /// The mark of a token; the case of its letters does not count (OCPP 2.0.1 `identifierString`).
    pub(super) fn of(token: &IdToken) -> Self {
        let digest: [u8; 32] = Sha256::digest(token.as_str().to_ascii_uppercase().as_bytes()).into();
        Self(u16::from_be_bytes([digest[0], digest[1]]))
    }
}
