//! Whatever is due and not done.

use std::collections::BTreeSet;

use ::alerts::AlertId;
use faults::FaultId;
use jiff::Timestamp;
use messages::{DriverId, HoldId, SessionId, SiteId, StationId};
use ports::{Due, FindDue, PortError};

use super::Tables;

/// What may be due. Of what is due at the same time, sessions come first, then debts, holds, what goes back, cards, alerts,
/// stations and sites, each by their ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Session(SessionId),
    Debt(SessionId),
    Hold(HoldId),
    Returns(SessionId, u32),
    Card(DriverId),
    Alert(AlertId),
    Presence(StationId),
    Disturbance(SiteId, FaultId),
}

/// What is due, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeSet<(Timestamp, Item)>);

impl Index {
    /// Something was written that was due then and is due now, if at all.
    pub(super) fn change(&mut self, item: Item, before: Option<Timestamp>, due_at: Option<Timestamp>) {
        if before == due_at {
            return;
        }
        let item = match before {
            Some(before) => {
                let entry = (before, item);
                self.0.remove(&entry);
                entry.1
            }
            None => item,
        };
        self.0.extend(due_at.map(|due_at| (due_at, item)));
    }
}

impl FindDue for Tables {
    async fn find_due(&self, before: Timestamp, limit: usize) -> Result<Vec<Due>, PortError> {
        let state = self.state();
        let due = state.due.0.iter().take_while(|(due_at, _)| *due_at <= before).take(limit);
        Ok(due.map(|(due_at, item)| item.due(*due_at)).collect())
    }
}

impl Tables {
    /// When the first thing is due of all that will be or is.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.state().due.0.first().map(|(due_at, _)| *due_at)
    }
}

impl Item {
    fn due(&self, due_at: Timestamp) -> Due {
        match self.clone() {
            Self::Session(id) => Due::Session { id, due_at },
            Self::Debt(id) => Due::Debt { id, due_at },
            Self::Hold(id) => Due::Hold { id, due_at },
            Self::Returns(id, payment) => Due::Returns { id, payment, due_at },
            Self::Card(id) => Due::Card { id, due_at },
            Self::Alert(id) => Due::Alert { id, due_at },
            Self::Presence(id) => Due::Presence { id, due_at },
            Self::Disturbance(site, fault) => Due::Disturbance { site, fault, due_at },
        }
    }
}

#[cfg(test)]
mod tests {
    use ::alerts::{Alert, AlertChange, Ending};
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_time_of_the_first_thing_due_moves_with_it() {
        let tables = Tables::default();
        let at = |second| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
        let stranger = |station: &str, at| Alert::unregistered_station(&station.parse().unwrap(), at);
        let (late, early) = (stranger("s-1", at(60)), stranger("s-2", at(30)));
        let resolve = AlertChange::resolve(early.id.clone(), Ending::Settled, at(40), at(90));
        assert_eq!(tables.next_due(), None);
        for (change, due_at) in [(AlertChange::open(late), 60), (AlertChange::open(early), 30), (resolve, 60)] {
            tables.change_alerts(&[change]);
            assert_eq!(tables.next_due(), Some(at(due_at)));
        }
    }
}
