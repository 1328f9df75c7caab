//! The bytes of a detector state: small numbers take few bytes, times are written as distances into the past of the last sample.

use jiff::Timestamp;

use crate::state::BadState;

/// Writes bytes; `base` is the time of the last sample, ms since 1970.
pub(crate) struct Writer {
    base: i64,
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer whose times are distances from `base`.
    pub(crate) fn new(base: i64) -> Self {
        Self { base, bytes: Vec::new() }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn float(&mut self, value: f32) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// A time, whole.
    pub(crate) fn time(&mut self, at: i64) {
        self.bytes.extend(at.to_le_bytes());
    }

    /// Bytes that another writer made, behind their tag and length.
    pub(crate) fn part(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        let mut part = Self::new(self.base);
        write(&mut part);
        if let Ok(length) = u8::try_from(part.bytes.len()) {
            self.bytes.extend([tag, length]);
            self.bytes.extend(part.bytes);
        }
    }

    /// A time that is not after the base.
    pub(crate) fn past(&mut self, at: i64) {
        let mut distance = self.base.abs_diff(at);
        loop {
            let [low, ..] = distance.to_le_bytes();
            distance >>= 7;
            if distance == 0 {
                return self.byte(low & 0x7f);
            }
            self.byte(low | 0x80);
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what a [`Writer`] wrote, and refuses everything else.
pub(crate) struct Reader<'a> {
    base: i64,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, whose times are distances from `base`.
    pub(crate) fn new(base: i64, bytes: &'a [u8]) -> Self {
        Self { base, rest: bytes }
    }

    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], BadState> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(BadState)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, BadState> {
        let [byte] = self.take()?;
        Ok(byte)
    }

    /// A finite number.
    pub(crate) fn float(&mut self) -> Result<f32, BadState> {
        let value = f32::from_le_bytes(self.take()?);
        if value.is_finite() { Ok(value) } else { Err(BadState) }
    }

    /// A time that is not after the base.
    pub(crate) fn past(&mut self) -> Result<i64, BadState> {
        let mut distance = 0_i64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            distance |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return possible(self.base.checked_sub(distance));
            }
        }
        Err(BadState)
    }

    /// A time, whole; from now on it is the base.
    pub(crate) fn time(&mut self) -> Result<i64, BadState> {
        self.base = possible(Some(i64::from_le_bytes(self.take()?)))?;
        Ok(self.base)
    }

    /// A tag, and the bytes that belong to it.
    pub(crate) fn part(&mut self) -> Result<(u8, Reader<'a>), BadState> {
        let [tag, length] = self.take()?;
        let (part, rest) = self.rest.split_at_checked(usize::from(length)).ok_or(BadState)?;
        self.rest = rest;
        Ok((tag, Reader::new(self.base, part)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// A time of the years -9999 to 9999.
fn possible(at: Option<i64>) -> Result<i64, BadState> {
    at.filter(|at| Timestamp::from_millisecond(*at).is_ok()).ok_or(BadState)
}
