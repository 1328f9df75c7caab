//! Signed meter readings in the Open Charge Metering Format: what a meter has signed, and what is only said in its name.
//!
//! The only crate that knows the crate `ocmf`. A text may come as the record itself (`OCMF|{…}|{…}`), as OCPP 2.0.1's
//! `SignedMeterValueType`, or as Base64 of either. The four curves of which there is a pure implementation can be checked: secp192r1,
//! secp256r1, secp384r1 and secp256k1. A key that comes with a reading proves nothing, and is not looked at.

mod key;
mod reading;
mod text;

pub use key::{BadKey, check_key};

use ocmf::{Limits, ParseError, Profile, Record, VerifyError, verify_key_text};
use ports::{Check, Doubt, VerifyReadings};

/// Far beyond what meters sign, and little enough to be read in milliseconds. A message holds 16 KiB.
const LIMITS: Limits = Limits::DEFAULT.record(16 * 1024).readings(512);

/// Checks what meters sign.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meters;

impl VerifyReadings for Meters {
    fn verify_reading(&self, signed: &str, meter_key: Option<&str>) -> Check {
        let Some(key) = meter_key else { return Check::Unproven(Doubt::NoKey) };
        let Some(text) = text::record(signed) else { return Check::Unproven(Doubt::Format) };
        match Record::parse_with(&text, Profile::Interop, &LIMITS) {
            Ok(record) => verify(&record, key),
            Err(ParseError::NotOcmf) => Check::Unproven(Doubt::Format),
            Err(error) => forged(&error),
        }
    }
}

fn verify(record: &Record<'_>, key: &str) -> Check {
    match verify_key_text(record, key) {
        Ok(verified) => Check::Genuine(reading::readings(verified.payload())),
        Err(VerifyError::UnknownAlgorithm { .. } | VerifyError::Unsupported { .. }) => {
            Check::Unproven(Doubt::Algorithm)
        }
        // A point names no curve and is read by the record's: where that fails, the key may be bad, or the record another meter's.
        Err(VerifyError::Key(_) | VerifyError::KeyNotOnCurve { .. }) if check_key(key).is_err() => {
            Check::Unproven(Doubt::BadKey)
        }
        Err(error) => forged(&error),
    }
}

fn forged(error: &dyn std::error::Error) -> Check {
    Check::Forged { why: error.to_string() }
}
