//! Asking a running system, for `show`, `load` and `export`.

use std::path::Path;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::cli::Source;
use crate::database::Database;
use crate::exit::Failure;
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
        match (&source.data, &source.http, &source.token) {
            (_, Some(http), Some(token)) => Ok(Self::Running(Remote { http: http.clone(), token: token.clone() })),
            (Some(data), ..) => Self::in_directory(data).await,
            (None, ..) => Err(Failure::Unusable(
                "say where from: --data DIR, or --http URL --token T as `up` printed them".to_owned(),
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
