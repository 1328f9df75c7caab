//! Input that was understood well enough to be rejected by rule.

use serde::{Deserialize, Serialize};

/// Why a message was refused; the `reason` of an ack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Not the JSON of the contract.
    Malformed,
    /// Topic, client id and payload do not name one registered station.
    Identity,
    /// A different message is already stored under the same sequence number.
    Conflict,
    /// Longer than the contract allows.
    TooLarge,
    /// A time that cannot be.
    Clock,
}

/// A rejected message: the rule it broke, and one line for whoever looks into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// The rule that was broken.
    pub reason: Reason,
    /// What was wrong, in one line without control characters and without the payload.
    pub detail: String,
}

impl Refusal {
    /// A refusal whose detail has its control characters replaced, so that it is safe to log.
    #[must_use]
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        let detail = detail.into().chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
        Self { reason, detail }
    }

    /// The message does not follow the contract.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Reason::Malformed, detail)
    }
}

/// Reads JSON of the contract; a refusal says first where in it the fault lies, e.g. `samples[0].connectors[1].voltageV`.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = if error.is_data() { place_of_fault::<T>(bytes) } else { None };
        Refusal::malformed(place.map_or_else(|| error.to_string(), |place| format!("{place}: {error}")))
    })
}

/// `None` where it is the payload as a whole. Looked for in a second reading: it costs a good message nothing.
fn place_of_fault<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let path = serde_path_to_error::deserialize::<_, T>(&mut reader).err()?.path().to_string();
    Some(path).filter(|path| path != "." && path != "?")
}

impl Reason {
    /// The word of the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Identity => "identity",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::Clock => "clock",
        }
    }
}
