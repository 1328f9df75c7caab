//! Whole tables, for the system on one machine and for tests. No function may scan: their roles do not allow it.

use ::alerts::Alert;
use billing::cdr::Cdr;
use billing::payment::{Debt, Hold, Returns};
use billing::session::Head;
use ports::{ConnectorRow, HealthRow, Payment, PortError, PresenceRow, Quarantined};

use crate::Dynamo;
use crate::alerts::alert_of;
use crate::connectors::{CONNECTOR, row_of};
use crate::debts::{DEBT, PAYMENT, debt_of};
use crate::error::{BadItem, failed};
use crate::health::{HEALTH, health_of};
use crate::holds::{HOLD, hold_of};
use crate::item::{Attributes, Read, read};
use crate::keys::SK;
use crate::presence::{PRESENCE, presence_of};
use crate::quarantine::input_of;
use crate::returns::{RETURNS, returns_of};
use crate::sessions::{CDR, HEAD, head_of};

impl Dynamo {
    /// Every session.
    pub async fn all_sessions(&self) -> Result<Vec<Head>, PortError> {
        self.all_of("list sessions", &self.tables.sessions, Some(HEAD), head_of).await
    }

    /// Every CDR.
    pub async fn all_cdrs(&self) -> Result<Vec<Cdr>, PortError> {
        self.all_of("list CDRs", &self.tables.sessions, Some(CDR), Read::value).await
    }

    /// Every debt.
    pub async fn all_debts(&self) -> Result<Vec<Debt>, PortError> {
        self.all_of("list debts", &self.tables.sessions, Some(DEBT), debt_of).await
    }

    /// Every hold.
    pub async fn all_holds(&self) -> Result<Vec<Hold>, PortError> {
        self.all_of("list holds", &self.tables.sessions, Some(HOLD), hold_of).await
    }

    /// Every payment.
    pub async fn all_payments(&self) -> Result<Vec<Payment>, PortError> {
        self.all_of("list payments", &self.tables.sessions, Some(PAYMENT), Read::value).await
    }

    /// What goes back of every payment of which anything does.
    pub async fn all_returns(&self) -> Result<Vec<Returns>, PortError> {
        self.all_of("list what goes back", &self.tables.sessions, Some(RETURNS), returns_of).await
    }

    /// Every alert.
    pub async fn all_alerts(&self) -> Result<Vec<Alert>, PortError> {
        self.all_of("list alerts", &self.tables.alerts, None, alert_of).await
    }

    /// Every input in quarantine.
    pub async fn all_quarantined(&self) -> Result<Vec<Quarantined>, PortError> {
        self.all_of("list the quarantine", &self.tables.quarantine, None, input_of).await
    }

    /// Every connector that has ever reported.
    pub async fn all_connectors(&self) -> Result<Vec<ConnectorRow>, PortError> {
        let mut rows = self.all_of("list connectors", &self.tables.connectors, Some(CONNECTOR), row_of).await?;
        rows.sort_by_key(|row| (row.station.clone(), row.key));
        Ok(rows)
    }

    /// Every station of whose connection something is known.
    pub async fn all_presence(&self) -> Result<Vec<PresenceRow>, PortError> {
        let table = &self.tables.connectors;
        let mut rows = self.all_of("list the presence of stations", table, Some(PRESENCE), presence_of).await?;
        rows.sort_by(|one, other| one.station.cmp(&other.station));
        Ok(rows)
    }

    /// What is known of the sessions of every connector.
    pub async fn all_health(&self) -> Result<Vec<HealthRow>, PortError> {
        self.all_of("list the health of connectors", &self.tables.connectors, Some(HEALTH), health_of).await
    }

    async fn all_of<T>(
        &self,
        action: &'static str,
        table: &str,
        sk_prefix: Option<&str>,
        value: impl Fn(&Attributes) -> Result<T, BadItem>,
    ) -> Result<Vec<T>, PortError> {
        let scan = self.client.scan().table_name(table).consistent_read(true);
        let (mut values, mut after) = (Vec::new(), None);
        loop {
            let page = scan.clone().set_exclusive_start_key(after).send().await.map_err(failed(action))?;
            for item in page.items.unwrap_or_default() {
                let is_wanted = match sk_prefix {
                    Some(prefix) => item.text_of(SK).is_ok_and(|sk| sk.starts_with(prefix)),
                    None => true,
                };
                if is_wanted {
                    values.push(read(action, &item, &value)?);
                }
            }
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(values);
            }
        }
    }
}
