//! From what a station sends to the record in it.

use std::borrow::Cow;

use ocmf::HEADER;
use ocmf::encoding::base64_decode;
use serde::Deserialize;

/// A record may be wrapped so often: Base64 of OCPP's JSON, with Base64 of the record in it.
const MAX_WRAPPINGS: usize = 3;

/// OCPP 2.0.1 `SignedMeterValueType`, as far as the record needs it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignedMeterValue {
    signed_meter_data: String,
}

/// The record in a text, byte for byte as it was signed; none where there is none.
pub(crate) fn record(text: &str) -> Option<Cow<'_, str>> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_WRAPPINGS {
        if text.trim_start().starts_with(HEADER) {
            break;
        }
        text = Cow::Owned(unwrapped(&text)?);
    }
    Some(text)
}

fn unwrapped(text: &str) -> Option<String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).ok().map(|SignedMeterValue { signed_meter_data }| signed_meter_data);
    }
    String::from_utf8(base64_decode(text)?).ok()
}
