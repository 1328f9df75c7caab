//! What the whole system promises, as code that whoever keeps the promise can be held to.

pub mod conformance;
