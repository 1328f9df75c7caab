//! What stations keep until it is acknowledged.

use std::collections::BTreeMap;

use crate::script::{Line, Script};

/// What the stations know of their messages.
#[derive(Debug, Default)]
pub(crate) struct Stations {
    /// Which session and which of its messages an id names.
    messages: BTreeMap<String, (usize, usize)>,
    /// Whether a message is acknowledged, by session.
    acked: Vec<Vec<bool>>,
    sessions: BTreeMap<String, usize>,
    /// Sessions on a hold, by its one-time token.
    on_hold: BTreeMap<String, usize>,
}

impl Stations {
    pub(super) fn new(scripts: &[Script]) -> Self {
        let mut stations = Self::default();
        for (session, script) in scripts.iter().enumerate() {
            stations.acked.push(vec![false; script.lines.len()]);
            stations.sessions.insert(script.session.transaction.to_string(), session);
            if let Some(ad_hoc) = &script.ad_hoc {
                stations.on_hold.insert(ad_hoc.hold.token().to_string(), session);
            }
            for (line, Line { message_id, .. }) in script.lines.iter().enumerate() {
                stations.messages.insert(message_id.clone(), (session, line));
            }
        }
        stations
    }

    pub(super) fn ack(&mut self, message_id: &str) {
        if let Some(&(session, line)) = self.messages.get(message_id) {
            self.acked[session][line] = true;
        }
    }

    pub(crate) fn is_acked(&self, session: usize, line: usize) -> bool {
        self.acked[session][line]
    }

    /// Of which session a message is, and its number there.
    pub(super) fn message(&self, message_id: &str) -> Option<(usize, u32)> {
        let (session, line) = self.messages.get(message_id)?;
        Some((*session, u32::try_from(*line).ok()?))
    }

    pub(super) fn session(&self, transaction: &str) -> Option<usize> {
        self.sessions.get(transaction).copied()
    }

    /// The session that is to begin on a token.
    pub(super) fn session_on(&self, token: &str) -> Option<usize> {
        self.on_hold.get(token).copied()
    }
}
