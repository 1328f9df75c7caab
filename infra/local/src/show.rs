//! `wattwarden show`: what is stored, one JSON object a line. The demonstration reads its outcome back through the same store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use alerts::publication::compose;
use alerts::{Stage, Telling};
use aws::Dynamo;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use billing::payment::{Debt, Returns};
use billing::receipt::Issued;
use hyper::Method;
use ports::{KeepAssets, KeepReceipts, Payment, PortError};
use serde_json::{Value, json};

use crate::cli::{Show, What};
use crate::client::Answering;
use crate::database::Database;
use crate::demo::Snapshot;
use crate::exit::Failure;

/// What is stored, for reading.
#[derive(Debug, Clone)]
pub struct Store {
    /// The tables.
    pub tables: Dynamo,
    /// Lives as long as somebody reads.
    _database: Arc<Database>,
}

/// Runs `show`.
///
/// # Errors
/// [`Failure`].
pub async fn run(options: &Show) -> Result<(), Failure> {
    let lines = match Answering::find(&options.source).await? {
        Answering::Running(remote) => {
            remote.ask(Method::GET, &format!("/show/{}", options.what.as_str()), String::new()).await?
        }
        Answering::Stopped(store) => store.lines(options.what).await.map_err(|error| Failure::failed(&error))?,
        // It would have to read whole tables.
        Answering::Deployed(_) => {
            return Err(Failure::Unusable("show reads systems on this machine only, not a stack".to_owned()));
        }
    };
    crate::print_lines(&lines)
}

impl Store {
    /// Reads from a database.
    #[must_use]
    pub fn new(database: Arc<Database>) -> Self {
        Self { tables: database.tables().clone(), _database: database }
    }

    /// Everything of one kind as NDJSON.
    ///
    /// # Errors
    /// [`PortError`].
    pub async fn lines(&self, what: What) -> Result<String, PortError> {
        let rows = match what {
            What::Sessions => self.sessions().await?,
            What::Cdrs => {
                let mut cdrs = self.tables.all_cdrs().await?;
                cdrs.sort_by_key(|cdr| (cdr.start_date_time, cdr.session_id.clone()));
                values(&cdrs)?
            }
            What::Receipts => values(&self.receipts().await?)?,
            What::Payments => self.payments().await?,
            What::Holds => self.holds().await?,
            What::Alerts => self.alerts(false).await?,
            What::Faults => self.alerts(true).await?,
            What::Connectors => self.connectors().await?,
            What::Presence => self.presence().await?,
            What::Stock => self.stock().await?,
            What::Quarantine => self.quarantine().await?,
        };
        let mut lines = String::new();
        for row in rows {
            lines.push_str(&row.to_string());
            lines.push('\n');
        }
        Ok(lines)
    }

    /// Everything the demonstration checks.
    ///
    /// # Errors
    /// [`PortError`].
    pub async fn snapshot(&self) -> Result<Snapshot, PortError> {
        // A station sends a message again until it hears of it, a refused one too: each copy is kept.
        let inputs = self.tables.all_quarantined().await?;
        let quarantined: BTreeSet<_> = inputs.iter().map(|input| (&input.source, &input.data)).collect();
        Ok(Snapshot {
            quarantined: quarantined.len(),
            sessions: self.tables.all_sessions().await?,
            cdrs: self.tables.all_cdrs().await?,
            receipts: self.receipts().await?,
            debts: self.tables.all_debts().await?,
            payments: self.tables.all_payments().await?,
            alerts: self.tables.all_alerts().await?,
        })
    }

    async fn sessions(&self) -> Result<Vec<Value>, PortError> {
        let mut heads = self.tables.all_sessions().await?;
        heads.sort_by_key(|head| (head.started_at, head.session.clone()));
        let debts = self.debts().await?;
        let holds = self.tables.all_holds().await?;
        let mut rows = Vec::new();
        for head in heads {
            let mut row = value(&head)?;
            let held = holds.iter().find(|hold| hold.session.as_ref() == Some(&head.session));
            let debt = debts.get(&head.session.to_string()).map(|debt| debt.state.as_str());
            row["payment"] = json!(debt.or_else(|| held.map(|hold| hold.state.as_str())));
            rows.push(row);
        }
        Ok(rows)
    }

    /// The receipts of all sites, each site's by number.
    async fn receipts(&self) -> Result<Vec<Issued>, PortError> {
        let mut receipts = Vec::new();
        for site in self.tables.sites().await? {
            receipts.extend(self.tables.receipts(&site.id).await?);
        }
        Ok(receipts)
    }

    async fn payments(&self) -> Result<Vec<Value>, PortError> {
        let payments: BTreeMap<String, Payment> =
            self.tables.all_payments().await?.into_iter().map(|paid| (paid.session.to_string(), paid)).collect();
        let returns: BTreeMap<String, Returns> =
            self.tables.all_returns().await?.into_iter().map(|back| (back.session.to_string(), back)).collect();
        let mut debts: Vec<Debt> = self.debts().await?.into_values().collect();
        debts.sort_by_key(|debt| (debt.created_at, debt.session.clone()));
        let row = |debt: &Debt| {
            let paid = payments.get(&debt.session.to_string());
            let back = returns.get(&debt.session.to_string());
            json!({
                "session": debt.session,
                "driver": debt.payer.driver,
                "state": debt.state.as_str(),
                "amountMinor": debt.amount.minor,
                "capturedMinor": paid.map_or(0, |paid| paid.captured.minor),
                "currency": debt.amount.currency,
                "refundedMinor": back.map_or(0, Returns::refunded_minor),
                "returned": back.and_then(|back| back.refunded().as_str()),
                "refunds": back.map_or(&[][..], |back| &back.refunds),
                "disputes": back.map_or(&[][..], |back| &back.disputes),
                "intent": paid.map(|paid| &paid.intent),
                "dueAt": debt.due_at,
                "createdAt": debt.created_at,
            })
        };
        Ok(debts.iter().map(row).collect())
    }

    async fn holds(&self) -> Result<Vec<Value>, PortError> {
        let mut holds = self.tables.all_holds().await?;
        holds.sort_by_key(|hold| (hold.opened_at, hold.id.clone()));
        Ok(holds.iter().map(crate::hold::shown).collect())
    }

    async fn debts(&self) -> Result<BTreeMap<String, Debt>, PortError> {
        Ok(self.tables.all_debts().await?.into_iter().map(|debt| (debt.session.to_string(), debt)).collect())
    }

    /// Alerts with the texts that people got; for `faults` only those, without the texts.
    async fn alerts(&self, only_faults: bool) -> Result<Vec<Value>, PortError> {
        let mut alerts = self.tables.all_alerts().await?;
        alerts.sort_by_key(|alert| (alert.opened_at, alert.id.clone()));
        let mut rows = Vec::new();
        for alert in &alerts {
            if only_faults && alert.fact.fault().is_none() {
                continue;
            }
            let mut row = json!({
                "id": alert.id,
                "state": alert.state().as_str(),
                "severity": alert.fact.severity().to_string(),
                "site": alert.site,
                "openedAt": alert.opened_at,
                "resolvedAt": alert.resolution.as_ref().map(|resolution| resolution.at),
                "fact": value(&alert.fact)?,
            });
            if !only_faults {
                row["messages"] = json!(messages(alert));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    async fn connectors(&self) -> Result<Vec<Value>, PortError> {
        let rows = self.tables.all_connectors().await?;
        let mut by_sessions: BTreeMap<_, Vec<faults::Episode>> = BTreeMap::new();
        for row in self.tables.all_health().await? {
            by_sessions.insert((row.station, row.key), row.episodes);
        }
        rows.iter()
            .map(|row| {
                let more = by_sessions.get(&(row.station.clone(), row.key)).into_iter().flatten();
                let faults: Vec<String> =
                    row.episodes.iter().chain(more).map(|episode| episode.fault.to_string()).collect();
                Ok(json!({
                    "station": row.station,
                    "evseId": row.key.evse_id,
                    "connectorId": row.key.connector_id,
                    "site": row.site,
                    "live": value(&row.live)?,
                    "faults": faults,
                    "savedAt": row.saved_at,
                }))
            })
            .collect()
    }

    /// Stations of whose connection something is known; on one machine the broker tells nothing of it.
    async fn presence(&self) -> Result<Vec<Value>, PortError> {
        let rows = self.tables.all_presence().await?;
        let row = |row: &ports::PresenceRow| {
            let faults: Vec<String> =
                row.presence.watch.episodes.iter().map(|episode| episode.fault.to_string()).collect();
            Ok(json!({
                "station": row.station,
                "site": row.site,
                "state": value(&row.presence.state)?,
                "since": row.presence.since,
                "reason": row.presence.reason,
                "faults": faults,
            }))
        };
        rows.iter().map(row).collect()
    }

    async fn stock(&self) -> Result<Vec<Value>, PortError> {
        let mut rows = Vec::new();
        for site in self.tables.sites().await? {
            rows.extend(values(&self.tables.stocks(&site.id).await?)?);
        }
        Ok(rows)
    }

    /// Refused input; `data` is base64, byte for byte what came, and `text` the same where it is UTF-8.
    async fn quarantine(&self) -> Result<Vec<Value>, PortError> {
        let mut inputs = self.tables.all_quarantined().await?;
        inputs.sort_by_key(|input| (input.received_at, input.id.clone()));
        let row = |input: &ports::Quarantined| {
            json!({
                "id": input.id,
                "receivedAt": input.received_at,
                "source": input.source,
                "client": input.client,
                "reason": input.reason,
                "detail": input.detail,
                "bytes": input.data.len(),
                "data": BASE64_STANDARD.encode(&input.data),
                "text": std::str::from_utf8(&input.data).ok(),
            })
        };
        Ok(inputs.iter().map(row).collect())
    }
}

/// What people were told, as they read it.
fn messages(alert: &alerts::Alert) -> Vec<Value> {
    let told = |delivery: &alerts::Delivery, stage, telling: &Telling| match telling {
        Telling::Told { at } => {
            let publication = compose(alert, delivery, stage);
            Some(json!({ "at": at, "to": delivery.target, "subject": publication.subject, "text": publication.text() }))
        }
        Telling::Pending { .. } | Telling::Refused { .. } | Telling::GivenUp { .. } => None,
    };
    let of = |delivery: &alerts::Delivery| {
        [told(delivery, Stage::Opening, &delivery.opening), told(delivery, Stage::Resolution, &delivery.resolution)]
    };
    alert.deliveries.iter().flat_map(of).flatten().collect()
}

fn value(of: &impl serde::Serialize) -> Result<Value, PortError> {
    serde_json::to_value(of).map_err(|error| PortError::new("show what is stored", error))
}

fn values(of: &[impl serde::Serialize]) -> Result<Vec<Value>, PortError> {
    of.iter().map(value).collect()
}
