//! `wattwarden admit`, `rotate` and `retire`: which stations may talk to the system, and with which certificate.

use std::path::Path;

use admit_station::{Order, Outcome};
use faults::Profile;
use jiff::{SignedDuration, Timestamp};
use messages::{SiteId, StationId};
use ports::{Clock, Station};
use serde_json::{Value, json};

use crate::cli::{Admit, Retire, Rotate};
use crate::client::Answering;
use crate::cloud::Stack;
use crate::exit::Failure;
use crate::key_files::KeyFiles;
use crate::print_surely;
use crate::seed::Seed;

/// Runs `admit`. A station that is refused does not keep the others from being admitted.
///
/// # Errors
/// [`Failure::Unusable`] when a station was refused.
pub(crate) async fn admit(options: &Admit) -> Result<(), Failure> {
    let system = Answering::find(&options.source).await?;
    if !matches!(system, Answering::Deployed(_)) && (options.claim || options.out.is_some()) {
        return Err(no_certificates_here());
    }
    let stations = register(options, &system).await?;
    let mut refusals = Vec::new();
    for station in &stations {
        match admit_one(options, &system, station).await {
            Ok(line) => print_surely(&format!("{line}\n"))?,
            Err(Failure::Unusable(reason)) => refusals.push(reason),
            Err(failed) => return Err(failed),
        }
    }
    told(&refusals, stations.len())
}

async fn admit_one(options: &Admit, system: &Answering, station: &StationId) -> Result<Value, Failure> {
    match system {
        Answering::Deployed(stack) if options.claim => {
            let until = until(lambda::SystemClock.now(), options.days);
            let order = Order::Allow { station: station.clone(), until, again: options.again };
            match stack.order(&order).await? {
                Outcome::Done => Ok(json!({ "station": station, "mayClaimUntil": until })),
                other => Err(not_done(other)),
            }
        }
        Answering::Deployed(stack) => {
            issue(stack, station, &Order::Admit { station: station.clone() }, options.out.as_deref()).await
        }
        Answering::Running(_) | Answering::Stopped(_) => Ok(json!({ "station": station, "registered": true })),
    }
}

/// Runs `rotate`.
///
/// # Errors
/// [`Failure::Unusable`] on this machine, and for a station without a certificate.
pub(crate) async fn rotate(options: &Rotate) -> Result<(), Failure> {
    let station = id(&options.station)?;
    let Answering::Deployed(stack) = Answering::find(&options.source).await? else {
        return Err(no_certificates_here());
    };
    let line = if let Some(keep) = &options.finish {
        match stack.order(&Order::Finish { station: station.clone(), keep: keep.clone() }).await? {
            Outcome::Done => json!({ "station": station, "certificateId": keep, "othersRevoked": true }),
            other => return Err(not_done(other)),
        }
    } else {
        issue(&stack, &station, &Order::Rotate { station: station.clone() }, options.out.as_deref()).await?
    };
    print_surely(&format!("{line}\n"))
}

/// Runs `retire`.
///
/// # Errors
/// [`Failure::Unusable`] for a station that nobody knew; the others are retired.
pub(crate) async fn retire(options: &Retire) -> Result<(), Failure> {
    let stations = options.stations.iter().map(|text| id(text)).collect::<Result<Vec<_>, _>>()?;
    let system = Answering::find(&options.source).await?;
    let mut refusals = Vec::new();
    for station in &stations {
        let (was_known, line) = match &system {
            Answering::Deployed(stack) => match stack.order(&Order::Retire { station: station.clone() }).await? {
                Outcome::Retired { was_registered, certificates } => (
                    was_registered || !certificates.is_empty(),
                    json!({ "station": station, "retired": true, "revoked": certificates }),
                ),
                other => return Err(not_done(other)),
            },
            Answering::Running(_) | Answering::Stopped(_) => {
                (system.remove_station(station).await?, json!({ "station": station, "retired": true }))
            }
        };
        if was_known {
            print_surely(&format!("{line}\n"))?;
        } else {
            refusals.push(format!("{station} is not registered, and has no certificate"));
        }
    }
    told(&refusals, stations.len())
}

/// Sees to it that all stations are registered, and names them.
async fn register(options: &Admit, system: &Answering) -> Result<Vec<StationId>, Failure> {
    if options.stations.iter().any(|text| Path::new(text).is_file()) {
        return match (options.stations.as_slice(), &options.site) {
            ([file], None) => register_file(file, system).await,
            ([_], Some(_)) => {
                Err(Failure::Unusable("--site is for ids; a file names the site of each station".to_owned()))
            }
            (_, _) => Err(Failure::Unusable("name one file, or ids".to_owned())),
        };
    }
    let ids = options.stations.iter().map(|text| id(text)).collect::<Result<Vec<_>, _>>()?;
    let known = system.export().await?;
    let is_known = |id: &&StationId| known.stations.iter().any(|station| station.id == **id);
    let unknown: Vec<&StationId> = ids.iter().filter(|id| !is_known(id)).collect();
    let Some(first) = unknown.first() else { return Ok(ids) };
    let Some(site) = &options.site else {
        return Err(Failure::Unusable(format!(
            "{first} is not registered: load it with its connectors first, or name its site with --site"
        )));
    };
    let site: SiteId = site.parse().map_err(|error| Failure::Unusable(format!("--site: {error}")))?;
    let bare = |id: &&StationId| Station {
        id: (*id).clone(),
        site_id: site.clone(),
        profile: Profile::default(),
        connectors: Vec::new(),
    };
    system.load(&Seed { stations: unknown.iter().map(bare).collect(), ..Seed::default() }).await?;
    Ok(ids)
}

async fn register_file(file: &str, system: &Answering) -> Result<Vec<StationId>, Failure> {
    let seed = Seed::read(Path::new(file)).map_err(|error| Failure::Unusable(error.to_string()))?;
    if seed.stations.is_empty() {
        return Err(Failure::Unusable(format!("{file}: there are no stations in it")));
    }
    let stations = Seed { stations: seed.stations, ..Seed::default() };
    let loaded = system.load(&stations).await;
    loaded.map_err(|failure| failure.about(&format!("{file}, whose sites are to be loaded first")))?;
    Ok(stations.stations.into_iter().map(|station| station.id).collect())
}

fn id(text: &str) -> Result<StationId, Failure> {
    text.parse().map_err(|error| Failure::Unusable(format!("{text}: neither a file nor a station: {error}")))
}

fn until(now: Timestamp, days: u16) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX)
}

/// Has a certificate issued; the line about it. Nobody else ever sees its key.
async fn issue(stack: &Stack, station: &StationId, order: &Order, folder: Option<&Path>) -> Result<Value, Failure> {
    let files = folder.map(|folder| KeyFiles::create(folder, station)).transpose()?;
    let (certificate_id, certificate_pem, private_key, endpoint) = match stack.order(order).await? {
        Outcome::Issued { certificate_id, certificate_pem, private_key, endpoint } => {
            (certificate_id, certificate_pem, private_key, endpoint)
        }
        other => return Err(not_done(other)),
    };
    let mut line = json!({ "station": station, "certificateId": certificate_id, "endpoint": endpoint });
    if let Some(files) = files {
        let kept = files.keep(&certificate_pem, private_key.expose());
        let [certificate, key] =
            kept.map_err(|failure| failure.about(&format!("certificate {certificate_id} of {station}")))?;
        line["certificateFile"] = json!(certificate);
        line["privateKeyFile"] = json!(key);
    } else {
        line["certificatePem"] = json!(certificate_pem);
        line["privateKey"] = json!(private_key.expose());
    }
    Ok(line)
}

fn not_done(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Refused { reason } => Failure::Unusable(reason),
        Outcome::Done | Outcome::Issued { .. } | Outcome::Retired { .. } => Failure::Failed(
            "admit-station answered something else than was asked: is the stack of another version?".to_owned(),
        ),
    }
}

fn no_certificates_here() -> Failure {
    Failure::Unusable("on this machine stations have no certificates: --stack names a system that has them".to_owned())
}

/// What was refused, in one line.
fn told(refusals: &[String], stations: usize) -> Result<(), Failure> {
    match refusals {
        [] => Ok(()),
        [only] if stations == 1 => Err(Failure::Unusable(only.clone())),
        some => {
            Err(Failure::Unusable(format!("{} of {stations} stations were refused: {}", some.len(), some.join("; "))))
        }
    }
}
