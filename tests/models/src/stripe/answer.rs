//! What Stripe answers to one request.

use ports::{Intent, PageState, ShownRefund};

use billing::payment::Decline;

/// An answer, or that there was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The intent as it is.
    Shown(Intent),
    /// The refund as it is.
    GivenBack(ShownRefund),
    /// The page as it is.
    Page(PageState),
    /// 402: the bank said no.
    Declined(Decline),
    /// 402: the bank wants the driver.
    WantsDriver,
    /// 500.
    Failed,
    /// Nothing came back.
    NoReply,
    /// 429, 409, or no connection: nothing was done.
    TryLater,
    /// 400: what the request is about does not allow it.
    Denied(&'static str),
    /// 400 or 404: the request cannot be carried out as it is.
    Refused(&'static str),
}

impl Answer {
    /// Whether it is kept under its key: whatever was executed is, and what failed validation is not.
    pub(super) fn is_kept(&self) -> bool {
        match self {
            Self::Shown(_)
            | Self::GivenBack(_)
            | Self::Page(_)
            | Self::Declined(_)
            | Self::WantsDriver
            | Self::Denied(_)
            | Self::Failed => true,
            Self::NoReply | Self::TryLater | Self::Refused(_) => false,
        }
    }
}
