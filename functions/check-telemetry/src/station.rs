//! One station of a batch: read once, then connector by connector.

use std::collections::{BTreeMap, BTreeSet};

use alerts::Place;
use faults::{Change, ChangeKind, ResolvedProfile};
use jiff::Timestamp;
use messages::{ConnectorKey, Sample, StationId};
use ports::intake::{Refused, keep};
use ports::{ConnectorRow, PortError, Saved, Site, Station};

use crate::connector::{Decision, decide, unwritten};
use crate::intake::{Message, admit};
use crate::{ATTEMPTS, CheckPorts, Failed, not_done, profile, site};

/// What decides about a station's connectors.
struct Context {
    station: Station,
    site: Option<Site>,
    place: Place,
    now: Timestamp,
}

/// The samples of one connector and the records they came in.
#[derive(Default)]
struct Work<'a> {
    samples: Vec<Sample>,
    records: Failed<'a>,
}

/// Checks the messages of one station; says which records are to be delivered again.
pub(crate) async fn check<'a, P>(
    ports: &P,
    now: Timestamp,
    id: &StationId,
    messages: Vec<Message<'a>>,
) -> Result<Failed<'a>, PortError>
where
    P: CheckPorts,
{
    let Some(station) = ports.station(id).await? else {
        for message in &messages {
            keep(ports, now, message.record, &Refused::unregistered(&message.record.body, id.clone())).await?;
        }
        return Ok(Failed::new());
    };
    let site = ports.site(&station.site_id).await?;
    let rows = ports.connectors(id).await?;
    let place = site.as_ref().map_or_else(|| Place::unknown(station.site_id.clone()), Site::place);
    let context = Context { station, site, place, now };
    let mut failed = Failed::new();
    let mut known = known(&context.station, &rows);
    let mut by_connector: BTreeMap<ConnectorKey, Work<'a>> = BTreeMap::new();
    for message in messages {
        match admit(&mut known, &message) {
            Ok(()) => group(&mut by_connector, message),
            Err(refusal) => {
                let refused = Refused::proven(&message.record.body, id.clone(), refusal);
                let result = keep(ports, now, message.record, &refused).await;
                failed.extend(not_done(result.map(|()| Failed::new()), [message.record.id.as_str()]));
            }
        }
    }
    for (key, mut work) in by_connector {
        let profile = profile::of_connector(key, &context.station, context.site.as_ref(), &rows);
        let row = find(&rows, &context.station, key);
        let result = save(ports, &context, &profile, row, &mut work.samples).await;
        failed.extend(not_done(result.map(|()| Failed::new()), work.records));
    }
    Ok(failed)
}

/// Decides and writes, again for as long as others write between.
async fn save<P>(
    ports: &P,
    context: &Context,
    profile: &ResolvedProfile,
    mut row: ConnectorRow,
    samples: &mut [Sample],
) -> Result<(), PortError>
where
    P: CheckPorts,
{
    for _ in 0..ATTEMPTS {
        let save = match decide(&row, profile, &context.place.site, samples, context.now) {
            Decision::Nothing => return Ok(()),
            Decision::Save(save) => save,
        };
        match site::save(ports, &context.place, &save, context.now).await? {
            Saved::Done => {
                for change in &save.changes {
                    log(&row.station, change);
                }
                return Ok(());
            }
            Saved::Conflict => {
                let rows = ports.connectors(&row.station).await?;
                row = find(&rows, &context.station, row.key);
            }
        }
    }
    Err(PortError::new("save a connector", "others kept writing it"))
}

fn find(rows: &[ConnectorRow], station: &Station, key: ConnectorKey) -> ConnectorRow {
    let found = rows.iter().find(|row| row.key == key).cloned();
    found.unwrap_or_else(|| unwritten(&station.id, key, &station.site_id))
}

fn known(station: &Station, rows: &[ConnectorRow]) -> BTreeSet<ConnectorKey> {
    let registered = station.connectors.iter().map(|connector| connector.key);
    registered.chain(rows.iter().map(|row| row.key)).collect()
}

fn group<'a>(by_connector: &mut BTreeMap<ConnectorKey, Work<'a>>, message: Message<'a>) {
    for sample in message.samples {
        let work = by_connector.entry(sample.connector).or_default();
        work.records.insert(&message.record.id);
        work.samples.push(sample);
    }
}

fn log(station: &StationId, change: &Change) {
    let (connector, fault, severity) = (change.connector, &change.fault, change.severity);
    match change.kind {
        ChangeKind::Opened => {
            tracing::info!(station.id = %station, %connector, %fault, %severity, "a fault opened");
        }
        ChangeKind::Cleared => {
            tracing::info!(station.id = %station, %connector, %fault, %severity, "a fault cleared");
        }
    }
}
