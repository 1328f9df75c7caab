//! What is told of a whole site, once, instead of each of its parts.

use jiff::Timestamp;

use crate::{FaultId, Severity};

/// One change of the faults of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteChange {
    /// Much of the site has the fault.
    Opened {
        /// Which fault.
        fault: FaultId,
        /// How bad it is.
        severity: Severity,
        /// With site and fault it names the episode.
        since: Timestamp,
        /// So many of the site have it.
        affected: usize,
        /// Of so many.
        of: usize,
    },
    /// The site has recovered.
    Cleared {
        /// Which fault.
        fault: FaultId,
        /// Names the episode.
        since: Timestamp,
        /// When it was over.
        at: Timestamp,
    },
}

/// What is to be told of a change: of its own, or with its site.
#[derive(Debug, Clone, PartialEq)]
pub enum Told<C> {
    /// The change itself.
    Own(C),
    /// A change of the site.
    Site(SiteChange),
}
