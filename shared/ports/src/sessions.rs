//! Sessions: one item per message, the head, and the write that ends a session.

use std::future::Future;

use alerts::AlertChange;
use billing::cdr::Cdr;
use billing::payment::{Debt, Hold};
use billing::session::{Head, StoredMessage};
use messages::SessionId;

use crate::{HealthRow, PortError, Saved};

/// How storing a message ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Put {
    /// It is stored now.
    Stored,
    /// A message with this sequence number was there already; here it is.
    Present(Box<StoredMessage>),
}

/// The end of a session: everything that is written at once or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The head, conditional on its version.
    pub head: Head,
    /// The CDR, conditional on there being none; absent when the session is held for review.
    pub cdr: Option<Cdr>,
    /// What is owed, conditional on there being none; absent when nobody owes anything.
    pub debt: Option<Debt>,
    /// The hold that pays, with the end of its session, conditional on the version that was read; its collector is woken while it is not
    /// final. Absent when none pays.
    pub hold: Option<Hold>,
    /// What the session says of its connector, conditional on the version that was read; absent when it says nothing.
    pub health: Option<HealthRow>,
    /// Who must be told.
    pub alerts: Vec<AlertChange>,
}

/// The messages of a session; each is an item of its own and never changes.
pub trait StoreMessages {
    /// Stores a message under its sequence number if there is none.
    fn put_message(
        &self,
        session: &SessionId,
        message: &StoredMessage,
    ) -> impl Future<Output = Result<Put, PortError>> + Send;
    /// Every message of the session, by sequence number; sees every message stored before the call.
    fn messages(&self, session: &SessionId) -> impl Future<Output = Result<Vec<StoredMessage>, PortError>> + Send;
}

/// The heads of sessions and their ends.
pub trait KeepSessions {
    /// The head, as of now.
    fn head(&self, session: &SessionId) -> impl Future<Output = Result<Option<Head>, PortError>> + Send;
    /// Writes the head if its version is still the one that was read.
    fn save_head(&self, head: &Head) -> impl Future<Output = Result<Saved, PortError>> + Send;
    /// Writes the end of a session: all of it, or nothing.
    fn settle(&self, settled: &Settled) -> impl Future<Output = Result<Saved, PortError>> + Send;
}
