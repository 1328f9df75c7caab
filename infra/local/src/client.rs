//! Asking a system, for `show`, `load`, `export` and `admit`: one that runs here, the tables of one that has stopped, or a deployed one.

use std::path::Path;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use messages::StationId;
use ports::{KeepAssets, ReadStations, RemoveStations};

use crate::cli::Source;
use crate::cloud::Stack;
use crate::database::Database;
use crate::exit::Failure;
use crate::seed::{Loaded, Seed};
use crate::show::Store;
use crate::template::{TEMPLATE, Topology};
use crate::up::Endpoint;

/// Where answers come from.
#[derive(Debug)]
pub enum Answering {
    /// A running system.
    Running(Remote),
    /// The tables of a stopped one, opened in this process.
    Stopped(Box<Store>),
    /// A system in the cloud.
    Deployed(Box<Stack>),
}

/// A running system and the right to ask it.
#[derive(Debug, Clone)]
pub struct Remote {
    http: String,
    token: String,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody listens there.
    #[error("no system answers at {0}; is `wattwarden up` running?")]
    Silent(String),
    /// The system refused.
    #[error("the system answered {status}: {text}")]
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its words.
        text: String,
    },
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Refused { status: StatusCode::UNPROCESSABLE_ENTITY, text } => Self::Unusable(text),
            AskError::Refused { status: StatusCode::UNAUTHORIZED, .. } => {
                Self::Unusable("the token is not the one that `up` printed".to_owned())
            }
            AskError::Silent(_) | AskError::Refused { .. } => Self::Failed(error.to_string()),
        }
    }
}

impl Answering {
    /// Finds out whom to ask.
    ///
    /// # Errors
    /// [`Failure::Unusable`] when neither a directory nor a running system is named, or the directory holds no system.
    pub async fn find(source: &Source) -> Result<Self, Failure> {
        if let Some(stack) = &source.stack {
            return Stack::find(stack, source.region.as_deref()).await.map(|stack| Self::Deployed(Box::new(stack)));
        }
        match (&source.data, &source.http, &source.token) {
            (_, Some(http), Some(token)) => Ok(Self::Running(Remote { http: http.clone(), token: token.clone() })),
            (Some(data), ..) => Self::in_directory(data).await,
            (None, ..) => Err(Failure::Unusable(
                "say where: --data DIR, --http URL --token T as `up` printed them, or --stack NAME".to_owned(),
            )),
        }
    }

    async fn in_directory(data: &Path) -> Result<Self, Failure> {
        if let Ok(text) = std::fs::read(Endpoint::file(data))
            && let Ok(endpoint) = serde_json::from_slice::<Endpoint>(&text)
        {
            let remote = Remote { http: endpoint.http, token: endpoint.token };
            // A system that was killed leaves its endpoint behind.
            if remote.ask(Method::GET, "/health", String::new()).await.is_ok() {
                return Ok(Self::Running(remote));
            }
        }
        let file = data.join("tables.sqlite");
        if !file.exists() {
            return Err(Failure::Unusable(format!("{}: no system has run on this directory", data.display())));
        }
        let topology = Topology::read(TEMPLATE).map_err(|error| Failure::failed(&error))?;
        let database = Database::start(Some(&file), &topology.tables).await.map_err(|error| Failure::failed(&error))?;
        Ok(Self::Stopped(Box::new(Store::new(std::sync::Arc::new(database)))))
    }
}

impl Answering {
    /// Everything that can be loaded, as it is now.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn export(&self) -> Result<Seed, Failure> {
        match self {
            Self::Running(remote) => {
                let text = remote.ask(Method::GET, "/export", String::new()).await?;
                Seed::parse(&text).map_err(Failure::Failed)
            }
            Self::Stopped(store) => Seed::export(&store.tables).await.map_err(|error| Failure::failed(&error)),
            Self::Deployed(stack) => Seed::export(&stack.tables).await.map_err(|error| Failure::failed(&error)),
        }
    }

    /// Ends the registration of a station; whether it had one.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn remove_station(&self, station: &StationId) -> Result<bool, Failure> {
        let tables = match self {
            Self::Running(remote) => {
                let path = format!("/stations/{station}");
                return match remote.ask(Method::DELETE, &path, String::new()).await {
                    Ok(_) => Ok(true),
                    Err(AskError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(false),
                    Err(error) => Err(error.into()),
                };
            }
            Self::Stopped(store) => &store.tables,
            Self::Deployed(stack) => &stack.tables,
        };
        let was_there = tables.station(station).await.map_err(|error| Failure::failed(&error))?.is_some();
        tables.remove_station(station).await.map_err(|error| Failure::failed(&error))?;
        Ok(was_there)
    }

    /// Loads a seed, checked whole before anything of it is written.
    ///
    /// # Errors
    /// [`Failure::Unusable`] for a seed that contradicts what is known.
    pub async fn load(&self, seed: &Seed) -> Result<Loaded, Failure> {
        match self {
            Self::Running(remote) => {
                let text = serde_yaml_ng::to_string(seed).map_err(|error| Failure::failed(&error))?;
                let answer = remote.ask(Method::POST, "/load", text).await?;
                serde_json::from_str(&answer).map_err(|error| Failure::failed(&error))
            }
            Self::Stopped(store) => load_into(&store.tables, seed).await,
            Self::Deployed(stack) => load_into(&stack.tables, seed).await,
        }
    }
}

async fn load_into(tables: &aws::Dynamo, seed: &Seed) -> Result<Loaded, Failure> {
    let known = tables.sites().await.map_err(|error| Failure::failed(&error))?;
    seed.check_sites(&known).map_err(Failure::Unusable)?;
    seed.load(tables).await.map_err(|error| Failure::failed(&error))
}

impl Remote {
    /// Asks; the body of the answer.
    ///
    /// # Errors
    /// [`AskError`].
    pub async fn ask(&self, method: Method, path: &str, body: String) -> Result<String, AskError> {
        let silent = || AskError::Silent(self.http.clone());
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.http.trim_end_matches('/')))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| silent())?;
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.map_err(|_| silent())?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await.map_err(|_| silent())?.to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if status.is_success() { Ok(text) } else { Err(AskError::Refused { status, text }) }
    }
}
