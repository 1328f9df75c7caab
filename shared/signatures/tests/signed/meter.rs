//! A meter that signs whatever it is told to.

use std::fmt::Write as _;

use ocmf::PublicKey;
use ocmf::sign::{Secp256r1Signer, Signer};
use sha2::{Digest, Sha256};

/// A meter on secp256r1 with a private key made of this byte.
pub(crate) struct Meter(Secp256r1Signer);

impl Meter {
    pub(crate) fn new(byte: u8) -> Self {
        Self(Secp256r1Signer::from_bytes(&[byte; 32]).unwrap())
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        self.0.public_key().unwrap()
    }

    /// Its key as an operator writes it down: DER in hex.
    pub(crate) fn key(&self) -> String {
        hex(&self.public_key().to_spki())
    }

    /// A record of these readings, the members of `RD`.
    pub(crate) fn record(&self, readings: &str) -> String {
        let payload = format!(r#"{{"FV":"1.0","PG":"T1","MS":"1","IS":false,"IF":[],"IT":"NONE","RD":[{readings}]}}"#);
        let (r, s) = self.0.sign_prehash(&Sha256::digest(&payload).into()).unwrap();
        format!(r#"OCMF|{payload}|{{"SD":"{}"}}"#, hex(&[r, s].concat()))
    }
}

/// A reading of the register of energy taken, in kWh.
pub(crate) fn reading(mark: char, kwh: &str) -> String {
    format!(
        r#"{{"TM":"2026-06-01T12:00:00,000+0200 S","TX":"{mark}","RV":{kwh},"RI":"1-0:1.8.0","RU":"kWh","EF":"","ST":"G"}}"#
    )
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}
