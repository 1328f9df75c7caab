//! Receipts: a CDR on paper, with a number of its own.

mod number;

use jiff::Timestamp;
use messages::{SessionId, SiteId};
use serde::{Deserialize, Serialize};

pub use number::ReceiptNumber;

use crate::cdr::Cdr;

/// That a CDR has its receipt; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issued {
    /// Its number.
    pub number: ReceiptNumber,
    /// The session.
    pub session: SessionId,
    /// The CDR, by its id.
    pub cdr: String,
    /// When it was issued.
    pub issued_at: Timestamp,
}

impl Issued {
    /// The receipt of a session, the next one of its site after `last`; the first one where there is none.
    ///
    /// Of two that are issued at once by clocks that differ, the later number has no earlier time.
    #[must_use]
    pub fn after(last: Option<&Self>, series: &SiteId, session: &SessionId, now: Timestamp) -> Self {
        Self {
            number: last.map_or_else(|| ReceiptNumber::first(series.clone()), |last| last.number.next()),
            session: session.clone(),
            cdr: Cdr::id_of(session),
            issued_at: last.map_or(now, |last| last.issued_at.max(now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_each_other_and_times_never_go_back() {
        let series: SiteId = "harbour".parse().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut last = None;
        for (session, now, number, issued_at) in [
            ("s-1:a", 100, "harbour-000001", 100),
            ("s-2:b", 98, "harbour-000002", 100),
            ("s-1:c", 160, "harbour-000003", 160),
        ] {
            let session: SessionId = session.parse().unwrap();
            let issued = Issued::after(last.as_ref(), &series, &session, at(now));
            assert_eq!((issued.number.to_string().as_str(), issued.issued_at), (number, at(issued_at)));
            assert_eq!((&issued.session, issued.cdr.clone()), (&session, format!("{session}:1")));
            last = Some(issued);
        }
    }
}
