//! What is stored, for tests and invariants to look at.

use ::alerts::Alert;
use billing::cdr::Cdr;
use billing::payment::{Debt, Hold, Returns};
use billing::receipt::Issued;
use billing::session::{Head, StoredMessage};
use messages::{SessionId, SiteId};
use ports::{Payment, Quarantined};

use super::Tables;
use super::alerts::Stored;
use super::sessions::Session;

impl Tables {
    /// The head of every session, by session.
    #[must_use]
    pub fn heads(&self) -> Vec<Head> {
        self.of_sessions(|stored| stored.head.as_ref())
    }

    /// The head of a session.
    #[must_use]
    pub fn head_of(&self, session: &SessionId) -> Option<Head> {
        self.state().sessions.get(session).and_then(|stored| stored.head.clone())
    }

    /// The messages of a session, by sequence number.
    #[must_use]
    pub fn stored_messages(&self, session: &SessionId) -> Vec<StoredMessage> {
        let state = self.state();
        state.sessions.get(session).map(|stored| stored.messages.values().cloned().collect()).unwrap_or_default()
    }

    /// Every CDR, by session.
    #[must_use]
    pub fn cdrs(&self) -> Vec<Cdr> {
        self.of_sessions(|stored| stored.cdr.as_ref())
    }

    /// Every debt, by session.
    #[must_use]
    pub fn debts(&self) -> Vec<Debt> {
        self.of_sessions(|stored| stored.debt.as_ref())
    }

    /// Every hold, by id.
    #[must_use]
    pub fn holds(&self) -> Vec<Hold> {
        self.state().holds.values().cloned().collect()
    }

    /// Every payment, by session and number.
    #[must_use]
    pub fn payments(&self) -> Vec<Payment> {
        self.state().sessions.values().flat_map(|stored| stored.payments.values().cloned()).collect()
    }

    /// What goes back of every payment, by session and number.
    #[must_use]
    pub fn all_returns(&self) -> Vec<Returns> {
        self.state().sessions.values().flat_map(|stored| stored.returns.values().cloned()).collect()
    }

    /// Every alert, by id.
    #[must_use]
    pub fn alerts(&self) -> Vec<Alert> {
        self.state().alerts.values().map(Stored::alert).collect()
    }

    /// Every input in quarantine, by day and id.
    #[must_use]
    pub fn quarantined(&self) -> Vec<Quarantined> {
        self.state().quarantine.values().cloned().collect()
    }

    /// The receipts of a site, by number.
    #[must_use]
    pub fn receipts_of(&self, site: &SiteId) -> Vec<Issued> {
        let state = self.state();
        state.receipts.get(site).map(|receipts| receipts.values().cloned().collect()).unwrap_or_default()
    }

    fn of_sessions<T: Clone>(&self, part: impl Fn(&Session) -> Option<&T>) -> Vec<T> {
        self.state().sessions.values().filter_map(part).cloned().collect()
    }
}
