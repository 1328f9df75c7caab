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

    /// A tag, a length, and what another writer of the same base makes of it.
    pub(crate) fn part(&self, tag: u8, write: impl FnOnce(&mut Self)) -> Option<Vec<u8>> {
        let mut part = Self { base: self.base, bytes: vec![tag, 0] };
        write(&mut part);
        part.bytes[1] = u8::try_from(part.bytes.len() - 2).ok()?;
        Some(part.bytes)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// A time that is not after the base.
    pub(crate) fn past(&mut self, at: i64) {
        self.whole(self.base.abs_diff(at));
    }

    /// A whole number; the smaller, the fewer bytes.
    pub(crate) fn whole(&mut self, number: u64) {
        let mut rest = number;
        loop {
            let [low, ..] = rest.to_le_bytes();
            rest >>= 7;
            if rest == 0 {
                return self.byte(low & 0x7f);
            }
            self.byte(low | 0x80);
        }
    }

    /// A time that is not after the base, if there is one.
    pub(crate) fn maybe_past(&mut self, at: Option<i64>) {
        self.maybe_whole(at.map(|at| self.base.saturating_sub(at)));
    }

    /// A whole number, 0 or more, if there is one.
    pub(crate) fn maybe_whole(&mut self, number: Option<i64>) {
        self.whole(number.map_or(0, |number| number.unsigned_abs().saturating_add(1)));
    }

    /// A whole number; the nearer to zero, the fewer bytes.
    pub(crate) fn signed(&mut self, number: i64) {
        self.whole(number.unsigned_abs() << 1 | u64::from(number < 0));
    }

    /// A text of at most 255 bytes; more is cut off.
    pub(crate) fn text(&mut self, text: &str) {
        let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
        self.byte(length);
        self.bytes.extend(text.bytes().take(length.into()));
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
        possible(self.base.checked_sub(self.whole()?))
    }

    /// A time that is not after another, as its distance from that.
    pub(crate) fn before(&mut self, other: i64) -> Result<i64, BadState> {
        possible(other.checked_sub(self.whole()?))
    }

    /// A whole number, 0 or more.
    pub(crate) fn whole(&mut self) -> Result<i64, BadState> {
        let mut number = 0_i64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(BadState)
    }

    /// A time that is not after the base, if there is one.
    pub(crate) fn maybe_past(&mut self) -> Result<Option<i64>, BadState> {
        let distance = self.maybe_whole()?;
        distance.map(|distance| possible(self.base.checked_sub(distance))).transpose()
    }

    /// A whole number, 0 or more, if there is one.
    pub(crate) fn maybe_whole(&mut self) -> Result<Option<i64>, BadState> {
        Ok(self.whole()?.checked_sub(1).filter(|number| *number >= 0))
    }

    /// A whole number, less than 2^62 away from zero.
    pub(crate) fn signed(&mut self) -> Result<i64, BadState> {
        let number = self.whole()?;
        Ok(if number & 1 == 0 { number >> 1 } else { -(number >> 1) })
    }

    /// A text.
    pub(crate) fn text(&mut self) -> Result<&'a str, BadState> {
        let length = usize::from(self.byte()?);
        let (text, rest) = self.rest.split_at_checked(length).ok_or(BadState)?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_| BadState)
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
