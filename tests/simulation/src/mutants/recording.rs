//! Mistakes in recording messages and sessions.

use billing::session::{Head, StoredMessage};
use messages::{Ack, EventType, SessionId};
use ports::{
    AnswerStations, KeepAlerts, KeepDebts, KeepSessions, PortError, Put, Raised, Saved, Settled, StoreMessages,
};

use super::{Mutant, Sabotaged};
use crate::task::now_or_never;

impl StoreMessages for Sabotaged {
    async fn put_message(&self, session: &SessionId, message: &StoredMessage) -> Result<Put, PortError> {
        if self.is(Mutant::AckBeforeCommit) {
            self.wires.ack(&session.station, &Ack::stored(&message.message.message_id, None)).await?;
        }
        if self.is(Mutant::LastReadingWins)
            && let Some(register_wh) = message.message.register_wh
        {
            self.with_readings(|readings| readings.insert(session.clone(), register_wh));
        }
        self.wires.put_message(session, message).await
    }

    async fn messages(&self, session: &SessionId) -> Result<Vec<StoredMessage>, PortError> {
        let mut messages = self.wires.messages(session).await?;
        if self.is(Mutant::LastReadingWins)
            && let Some(register_wh) = self.with_readings(|readings| readings.get(session).copied())
        {
            for stored in messages.iter_mut().filter(|stored| stored.message.event_type == EventType::Ended) {
                stored.message.register_wh = Some(register_wh);
            }
        }
        Ok(messages)
    }
}

impl KeepSessions for Sabotaged {
    async fn head(&self, session: &SessionId) -> Result<Option<Head>, PortError> {
        self.wires.head(session).await
    }

    async fn save_head(&self, head: &Head) -> Result<Saved, PortError> {
        if self.is(Mutant::NoVersionCheck) {
            let version = self.wires.tables.head_of(&head.session).map_or(0, |stored| stored.version);
            return self.wires.save_head(&Head { version, ..head.clone() }).await;
        }
        self.wires.save_head(head).await
    }

    async fn settle(&self, settled: &Settled) -> Result<Saved, PortError> {
        let settled = if self.is(Mutant::FloatMoney) { Self::through_floats(settled) } else { settled.clone() };
        if !self.is(Mutant::OutboxBeside) {
            return self.wires.settle(&settled).await;
        }
        let (debt, alerts) = (settled.debt.clone(), settled.alerts.clone());
        let saved = self.wires.settle(&Settled { debt: None, alerts: Vec::new(), ..settled }).await?;
        if saved == Saved::Done {
            if let Some(debt) = debt {
                let session = debt.session.clone();
                let (Saved::Done | Saved::Conflict) = self.wires.save_debt(&debt, None, &[]).await?;
                now_or_never(ports::MarkDebts::mark_debt_due(&self.wires.tables, &session, debt.created_at));
            }
            for change in alerts {
                if let alerts::AlertChange::Open(alert) = change {
                    let (Raised::New | Raised::Already) = self.wires.raise(&alert).await?;
                }
            }
        }
        Ok(saved)
    }
}
