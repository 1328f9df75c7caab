//! Receipts: a CDR on paper, with a number of its own.

mod clock;
mod figures;
mod lines;
mod number;
mod page;
mod payment;
mod read;
mod remarks;
mod texts;

use jiff::Timestamp;
use messages::{Language, SessionId, SiteId};
use serde::{Deserialize, Serialize};

use crate::cdr::Cdr;

pub use number::ReceiptNumber;
pub use payment::PaymentShown;
pub use read::read_cdr;

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

/// All that a receipt says. What was sold and what it costs comes from the CDR alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its number; none for a look at a CDR that has no receipt yet.
    pub number: Option<ReceiptNumber>,
    /// When it is issued.
    pub issued_at: Timestamp,
    /// What was sold, or what is taken back.
    pub cdr: Cdr,
    /// How far it is paid.
    pub payment: PaymentShown,
}

impl Receipt {
    /// The receipt as a complete HTML document that asks for nothing else: no script, no picture, no font.
    ///
    /// It serves the VAT directive, Art. 226, AFIR, Art. 5, `PAngV` and Eichrecht, NIST Handbook 44, 3.40, and UK SI 2023/1168. Times are those
    /// of the site's clock; where the CDR names none that is known, UTC.
    #[must_use]
    pub fn html(&self, language: Language) -> String {
        page::page(self, language)
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
