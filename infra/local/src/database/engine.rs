//! The engine and its HTTP side, on a thread of their own: the disk must not hold up whoever waits for something else.

use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::DatabaseError;

/// The running engine; it stops when it is dropped.
pub(super) struct Engine {
    handle: dynoxide::Database,
    endpoint: String,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Engine {
    pub(super) fn start(location: &str) -> Result<Self, DatabaseError> {
        let handle = dynoxide::Database::new(location).map_err(DatabaseError::of("open the database"))?;
        let action = "listen on loopback";
        let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(DatabaseError::of(action))?;
        listener.set_nonblocking(true).map_err(DatabaseError::of(action))?;
        let address = listener.local_addr().map_err(DatabaseError::of(action))?;
        let action = "start the thread of the database";
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(DatabaseError::of(action))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let served = handle.clone();
        let serve = async move {
            let listener = TcpListener::from_std(listener).map_err(|error| error.to_string())?;
            let stopped = async {
                // A sender that is gone says stop as well.
                let _ = stopped.await;
            };
            dynoxide::server::serve_with_shutdown(listener, served, stopped).await
        };
        let thread = thread::Builder::new().name("database".to_owned()).spawn(move || {
            if let Err(error) = runtime.block_on(serve) {
                tracing::error!(error, "the database has stopped");
            }
        });
        let thread = thread.map_err(DatabaseError::of(action))?;
        Ok(Self { handle, endpoint: format!("http://{address}"), running: Some(Running { stop, thread }) })
    }

    pub(super) fn handle(&self) -> &dynoxide::Database {
        &self.handle
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Stops it and waits until it has.
    pub(super) fn stop(mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            // A thread that has ended by itself needs no word, and has said why.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
