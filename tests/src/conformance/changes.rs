//! Alerts that open and end with the write that causes it; here with the write of a connector.

use alerts::{Alert, AlertChange, Ending, Resolution};
use messages::StationId;
use ports::{ConnectorRow, Due, FindDue, KeepAlerts, KeepConnectors, Raised, Saved};

use super::values::{at, completed, completed_id, connector, key, session, station};

/// Catches changes that are forgotten, and alerts that nobody would publish.
pub async fn an_alert_opens_with_the_write_that_causes_it(ports: &(impl KeepConnectors + KeepAlerts)) {
    let alert = completed(&session("change-open"), at(0));
    cause(ports, "change-open", vec![AlertChange::open(alert.clone())]).await;
    assert_eq!(ports.alert(&alert.id).await.unwrap(), Some(Alert { version: 1, ..alert }));
}

/// Catches an alert that is told again, and a write that waits for ever because its alert is there.
pub async fn an_alert_that_is_there_stays_and_stops_nothing(ports: &(impl KeepConnectors + KeepAlerts)) {
    let session = session("change-again");
    let (first, other) = (completed(&session, at(0)), completed(&super::values::session("change-beside"), at(0)));
    assert_eq!(ports.raise(&first).await.unwrap(), Raised::New);
    let again = AlertChange::open(completed(&session, at(60)));
    cause(ports, "change-again", vec![again, AlertChange::open(other.clone())]).await;
    assert_eq!(ports.alert(&first.id).await.unwrap(), Some(Alert { version: 1, ..first }));
    assert_eq!(ports.alert(&other.id).await.unwrap(), Some(Alert { version: 1, ..other }));
}

/// Catches a resolution that is not read back, or that nobody would publish.
pub async fn a_resolution_joins_the_alert(ports: &(impl KeepConnectors + KeepAlerts + FindDue)) {
    let alert = Alert { due_at: None, ..completed(&session("change-resolve"), at(0)) };
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    let resolve = AlertChange::resolve(alert.id.clone(), Ending::Cleared, at(50), at(60));
    cause(ports, "change-resolve", vec![resolve]).await;
    let resolution = Some(Resolution { at: at(50), ending: Ending::Cleared });
    let expected = Alert { resolution, due_at: Some(at(60)), version: 2, ..alert };
    assert_eq!(ports.alert(&expected.id).await.unwrap().as_ref(), Some(&expected));
    let due = Due::Alert { id: expected.id.clone(), due_at: at(60) };
    assert!(ports.find_due(at(60), 10_000).await.unwrap().contains(&due));

    let told = Alert { due_at: None, ..expected };
    assert_eq!(ports.save_alert(&told).await.unwrap(), Saved::Done);
    assert_eq!(ports.alert(&told.id).await.unwrap(), Some(Alert { version: 3, ..told }));
}

/// Catches an alert that ends twice and is told twice: before and after it was written by its publisher.
pub async fn the_first_resolution_is_final(ports: &(impl KeepConnectors + KeepAlerts)) {
    let alert = completed(&session("change-twice"), at(0));
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    let resolve = |seconds| AlertChange::resolve(alert.id.clone(), Ending::Cleared, at(seconds), at(seconds));
    cause(ports, "change-twice-1", vec![resolve(50)]).await;
    let first = ports.alert(&alert.id).await.unwrap().unwrap();
    cause(ports, "change-twice-2", vec![resolve(60)]).await;
    assert_eq!(ports.alert(&alert.id).await.unwrap().as_ref(), Some(&first));

    let told = Alert { due_at: None, ..first };
    assert_eq!(ports.save_alert(&told).await.unwrap(), Saved::Done);
    cause(ports, "change-twice-3", vec![resolve(70)]).await;
    assert_eq!(ports.alert(&alert.id).await.unwrap(), Some(Alert { version: 3, ..told }));
}

/// Catches an update that makes an item of its own.
pub async fn a_resolution_of_nothing_changes_nothing(ports: &(impl KeepConnectors + KeepAlerts)) {
    let id = completed_id(&session("change-nothing"));
    let resolve = AlertChange::resolve(id.clone(), Ending::Cleared, at(50), at(60));
    cause(ports, "change-nothing", vec![resolve]).await;
    assert_eq!(ports.alert(&id).await.unwrap(), None);
}

/// Catches a resolution that is wiped out by a publisher who had read the alert before it.
pub async fn a_resolution_is_not_lost_to_a_slow_writer(ports: &(impl KeepConnectors + KeepAlerts)) {
    let alert = completed(&session("change-slow"), at(0));
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    let read = ports.alert(&alert.id).await.unwrap().unwrap();
    let resolve = AlertChange::resolve(alert.id.clone(), Ending::Cleared, at(50), at(60));
    cause(ports, "change-slow", vec![resolve]).await;
    assert_eq!(ports.save_alert(&Alert { due_at: None, ..read }).await.unwrap(), Saved::Conflict);
    let kept = ports.alert(&alert.id).await.unwrap().unwrap();
    assert_eq!((kept.due_at, kept.resolution.map(|resolution| resolution.at)), (Some(at(60)), Some(at(50))));
}

/// Catches two changes of one item in one transaction, which DynamoDB refuses for ever, and an alert that is written twice.
pub async fn an_alert_may_open_and_end_in_one_write(ports: &(impl KeepConnectors + KeepAlerts)) {
    let alert = completed(&session("change-both"), at(0));
    let resolve = AlertChange::resolve(alert.id.clone(), Ending::Cleared, at(50), at(60));
    cause(ports, "change-both", vec![AlertChange::open(alert.clone()), resolve]).await;
    let resolution = Some(Resolution { at: at(50), ending: Ending::Cleared });
    let kept = ports.alert(&alert.id).await.unwrap();
    assert_eq!(kept, Some(Alert { resolution, version: 1, ..alert }));
}

/// Catches alerts that are written beside their cause instead of with it.
pub async fn a_write_that_loses_changes_no_alert(ports: &(impl KeepConnectors + KeepAlerts)) {
    let (opened, ended) = (completed(&session("change-lost"), at(0)), completed(&session("change-kept"), at(0)));
    assert_eq!(ports.raise(&ended).await.unwrap(), Raised::New);
    let station = station("change-lost");
    cause(ports, "change-lost", Vec::new()).await;
    let resolve = AlertChange::resolve(ended.id.clone(), Ending::Cleared, at(50), at(60));
    let changes = [AlertChange::open(opened.clone()), resolve];
    assert_eq!(ports.save_connector(&row(&station), &changes).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.alert(&opened.id).await.unwrap(), None);
    assert_eq!(ports.alert(&ended.id).await.unwrap(), Some(Alert { version: 1, ..ended }));
}

fn row(station: &StationId) -> ConnectorRow {
    connector(station, key(1, 1))
}

/// Writes a connector that was not there, with these changes.
async fn cause(ports: &impl KeepConnectors, name: &str, changes: Vec<AlertChange>) {
    let station = station(name);
    assert_eq!(ports.save_connector(&row(&station), &changes).await.unwrap(), Saved::Done);
    assert_eq!(ports.connectors(&station).await.unwrap().len(), 1);
}
