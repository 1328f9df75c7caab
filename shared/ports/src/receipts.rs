//! Receipts: one series of numbers per site, without gaps.

use std::future::Future;

use billing::receipt::Issued;
use billing::session::Head;
use messages::SiteId;

use crate::{PortError, Saved};

/// The receipts of all sites; none is ever changed or taken away.
pub trait KeepReceipts {
    /// The receipt with the highest number of a series, as of now.
    fn last_receipt(&self, series: &SiteId) -> impl Future<Output = Result<Option<Issued>, PortError>> + Send;
    /// Every receipt of a series, by number, as of now.
    fn receipts(&self, series: &SiteId) -> impl Future<Output = Result<Vec<Issued>, PortError>> + Send;
    /// Writes a receipt if its number is free, and with it the head of its session if that has still the version that was read; both
    /// or nothing. Who gives the number after the last one, and no other, leaves no gap.
    fn issue(&self, receipt: &Issued, head: &Head) -> impl Future<Output = Result<Saved, PortError>> + Send;
}
