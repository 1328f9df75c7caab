//! Everything that is stored.

use std::sync::{Arc, Mutex};

use alerts::AlertId;
use messages::SessionId;

/// Everything that is stored. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Tables(Arc<Mutex<State>>);

/// What is stored.
#[derive(Debug, Default)]
struct State {}

/// Who is woken by a write, through the stream of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Woken {
    /// Whoever collects debts.
    Debt(SessionId),
    /// Whoever sends alerts.
    Alert(AlertId),
}
