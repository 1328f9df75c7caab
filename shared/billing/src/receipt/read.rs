//! CDRs from elsewhere, to be shown.

use crate::cdr::Cdr;
use crate::error::{Invalid, read_json};
use crate::object::Object;
use crate::price::time_zone;

/// Reads a CDR as it is stored, or a line of a bill, which holds it under `cdr`.
///
/// # Errors
/// [`Invalid`], with the place in the JSON.
pub fn read_cdr(json: &str) -> Result<Cdr, Invalid> {
    let object: Object = read_json(json)?;
    let Some(held) = object.get("cdr") else { return read(json) };
    if held == "null" {
        return Err(Invalid::new("cdr", "there is none, the session is held"));
    }
    read(held).map_err(|invalid| invalid.below("cdr"))
}

fn read(json: &str) -> Result<Cdr, Invalid> {
    let cdr: Cdr = read_json(json)?;
    time_zone(&cdr.time_zone)?;
    Ok(cdr)
}
