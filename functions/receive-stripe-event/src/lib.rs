//! Signed webhook to due mark.
