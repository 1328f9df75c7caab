//! `wattwarden admit`, `rotate` and `retire`: which stations may talk to the system, and with which certificate.

use std::io::Write;
use std::path::{Path, PathBuf};

use admit_station::{Order, Outcome};
use faults::Profile;
use hyper::Method;
use jiff::{SignedDuration, Timestamp};
use messages::{SiteId, StationId};
use ports::{Clock, RemoveStations, Station};
use serde_json::{Value, json};

use crate::cli::{Admit, Retire, Rotate};
use crate::client::Answering;
use crate::cloud::Stack;
use crate::exit::Failure;
use crate::seed::Seed;

/// Runs `admit`.
///
/// # Errors
/// [`Failure::Unusable`] for stations that cannot be admitted; those before them are.
pub(crate) async fn admit(options: &Admit) -> Result<(), Failure> {
    let system = Answering::find(&options.source).await?;
    let stations = register(options, &system).await?;
    if let Some(folder) = &options.out {
        check_free(folder, &stations)?;
    }
    for station in stations {
        let line = match &system {
            Answering::Deployed(stack) if options.claim => {
                let until = until(lambda::SystemClock.now(), options.days);
                done(stack, &Order::Allow { station: station.clone(), until }).await?;
                json!({ "station": station, "mayClaimUntil": until })
            }
            Answering::Deployed(stack) => {
                let order = Order::Admit { station: station.clone() };
                issued(stack, &station, &order, options.out.as_deref()).await?
            }
            Answering::Running(_) | Answering::Stopped(_) => json!({ "station": station, "registered": true }),
        };
        crate::print_lines(&format!("{line}\n"))?;
    }
    Ok(())
}

/// Runs `rotate`.
///
/// # Errors
/// [`Failure::Unusable`] on this machine, and for a station without a certificate.
pub(crate) async fn rotate(options: &Rotate) -> Result<(), Failure> {
    let station = id(&options.station)?;
    let Answering::Deployed(stack) = Answering::find(&options.source).await? else {
        return Err(Failure::Unusable("on this machine stations have no certificates".to_owned()));
    };
    let line = if let Some(keep) = &options.finish {
        done(&stack, &Order::Finish { station: station.clone(), keep: keep.clone() }).await?;
        json!({ "station": station, "certificateId": keep, "othersRevoked": true })
    } else {
        if let Some(folder) = &options.out {
            check_free(folder, std::slice::from_ref(&station))?;
        }
        let order = Order::Rotate { station: station.clone() };
        issued(&stack, &station, &order, options.out.as_deref()).await?
    };
    crate::print_lines(&format!("{line}\n"))
}

/// Runs `retire`.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn retire(options: &Retire) -> Result<(), Failure> {
    let stations = options.stations.iter().map(|text| id(text)).collect::<Result<Vec<_>, _>>()?;
    let system = Answering::find(&options.source).await?;
    for station in stations {
        match &system {
            Answering::Deployed(stack) => done(stack, &Order::Retire { station: station.clone() }).await?,
            Answering::Running(remote) => {
                remote.ask(Method::DELETE, &format!("/stations/{station}"), String::new()).await?;
            }
            Answering::Stopped(store) => {
                store.tables.remove_station(&station).await.map_err(|error| Failure::failed(&error))?;
            }
        }
        crate::print_lines(&format!("{}\n", json!({ "station": station, "retired": true })))?;
    }
    Ok(())
}

/// Sees to it that all stations are registered, and names them.
async fn register(options: &Admit, system: &Answering) -> Result<Vec<StationId>, Failure> {
    if let [file] = options.stations.as_slice()
        && Path::new(file).is_file()
    {
        let seed = Seed::read(Path::new(file)).map_err(|error| Failure::Unusable(error.to_string()))?;
        if seed.stations.is_empty() {
            return Err(Failure::Unusable(format!("{file}: there are no stations in it")));
        }
        let stations = Seed { stations: seed.stations, ..Seed::default() };
        system.load(&stations).await.map_err(|failure| failure.about(file))?;
        return Ok(stations.stations.into_iter().map(|station| station.id).collect());
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

fn id(text: &str) -> Result<StationId, Failure> {
    text.parse().map_err(|error| Failure::Unusable(format!("{text}: neither a file nor a station: {error}")))
}

fn until(now: Timestamp, days: u16) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX)
}

async fn done(stack: &Stack, order: &Order) -> Result<(), Failure> {
    match stack.order(order).await? {
        Outcome::Done => Ok(()),
        Outcome::Refused { reason } => Err(Failure::Unusable(reason)),
        Outcome::Issued { .. } => Err(unexpected()),
    }
}

/// Has a certificate issued; the line about it. Nobody else ever sees its key.
async fn issued(stack: &Stack, station: &StationId, order: &Order, folder: Option<&Path>) -> Result<Value, Failure> {
    let (certificate_id, certificate_pem, private_key, endpoint) = match stack.order(order).await? {
        Outcome::Issued { certificate_id, certificate_pem, private_key, endpoint } => {
            (certificate_id, certificate_pem, private_key, endpoint)
        }
        Outcome::Refused { reason } => return Err(Failure::Unusable(reason)),
        Outcome::Done => return Err(unexpected()),
    };
    let mut line = json!({ "station": station, "certificateId": certificate_id, "endpoint": endpoint });
    if let Some(folder) = folder {
        let [certificate, key] = files(folder, station);
        write_private(&certificate, &certificate_pem)?;
        write_private(&key, &private_key)?;
        line["certificateFile"] = json!(certificate);
        line["privateKeyFile"] = json!(key);
    } else {
        line["certificatePem"] = json!(certificate_pem);
        line["privateKey"] = json!(private_key);
    }
    Ok(line)
}

fn unexpected() -> Failure {
    Failure::Failed("admit-station answered something else than was asked: is the stack of another version?".to_owned())
}

fn files(folder: &Path, station: &StationId) -> [PathBuf; 2] {
    ["cert", "key"].map(|part| folder.join(format!("{station}.{part}.pem")))
}

/// A key is never written over another, and a key that could not be written would be lost: this is looked at before it is made.
fn check_free(folder: &Path, stations: &[StationId]) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::Unusable(format!("{}: {error}", folder.display())))?;
    match stations.iter().flat_map(|station| files(folder, station)).find(|file| file.exists()) {
        Some(file) => Err(Failure::Unusable(format!("{}: is there already", file.display()))),
        None => Ok(()),
    }
}

/// Writes a file that only its owner can read.
fn write_private(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| Failure::Failed(format!("{}: {error}", file.display())))
}
