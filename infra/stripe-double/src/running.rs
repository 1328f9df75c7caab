//! Starting and stopping.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::connection::{Cut, CuttableListener};
use crate::delivery;
use crate::double::Double;
use crate::handle::Handle;
use crate::journal::JournalError;
use crate::server::{Shared, router};

/// How long open requests may take to end when the double stops, in real time.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Stripe's double.
#[derive(Debug)]
pub struct StripeDouble;

/// The double cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The double hands out customers and payments to whoever asks: only this machine may.
    #[error("the double listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// A key that is no test key.
    #[error("the double takes keys that begin with sk_test_ only")]
    ApiKey,
    /// The address cannot be used.
    #[error("failed to listen on {addr}")]
    Listen {
        /// What was configured.
        addr: SocketAddr,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// What was remembered cannot be read.
    #[error("failed to read what the double remembers")]
    Journal(#[from] JournalError),
}

/// How a double ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop.
    Stopped,
    /// It could not go on; the text says why.
    Failed(String),
}

/// A double that listens. Dropping it stops it too, without waiting.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What can be done with it beside HTTP.
    pub handle: Handle,
    stop: watch::Sender<bool>,
    ended: watch::Receiver<Option<Ended>>,
    server: JoinHandle<()>,
}

impl StripeDouble {
    /// Starts a double on the runtime of the caller.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        if !config.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(config.listen));
        }
        if !config.api_keys.iter().all(|key| key.starts_with("sk_test_")) {
            return Err(StartError::ApiKey);
        }
        let failed = |source| StartError::Listen { addr: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let double = Arc::new(Double::open(&config)?);
        double.site.get_or_init(|| format!("http://{addr}"));
        let shared = Shared { double: Arc::clone(&double), api_keys: config.api_keys.into() };
        let (stop, stopped) = watch::channel(false);
        let (end, ended) = watch::channel(None);
        let server = tokio::spawn(serve(listener, shared, stopped, end));
        Ok(Running { addr, handle: Handle { double }, stop, ended, server })
    }
}

async fn serve(
    listener: TcpListener,
    shared: Shared,
    stopped: watch::Receiver<bool>,
    end: watch::Sender<Option<Ended>>,
) {
    let double = Arc::clone(&shared.double);
    let deliveries = tokio::spawn(delivery::deliver_forever(Arc::clone(&double)));
    let app = router(shared).into_make_service_with_connect_info::<Cut>();
    let until = until_stop(stopped, Arc::clone(&double));
    let served = axum::serve(CuttableListener(listener), app).with_graceful_shutdown(until).await;
    deliveries.abort();
    let failure = double.failure.borrow().clone();
    let ended = match (failure, served) {
        (Some(failure), _) => Ended::Failed(failure),
        (None, Err(error)) => Ended::Failed(error.to_string()),
        (None, Ok(())) => Ended::Stopped,
    };
    end.send_replace(Some(ended));
}

async fn until_stop(mut stopped: watch::Receiver<bool>, double: Arc<Double>) {
    let mut failure = double.failure.subscribe();
    // A sender that is gone means the owner is gone: stop as well.
    tokio::select! {
        _ = stopped.wait_for(|stopped| *stopped) => {}
        _ = failure.wait_for(Option::is_some) => {}
    }
    double.faults.close();
}

impl Running {
    /// The base address for a client, ending in a slash: `http://127.0.0.1:12111/`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/", self.addr)
    }

    /// Returns when the double has ended, for whatever reason.
    pub async fn finished(&self) -> Ended {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(ended) => ended.clone().unwrap_or(Ended::Stopped),
            Err(_) => Ended::Failed("the server's task broke off".to_owned()),
        }
    }

    /// Stops: hanging requests lose their connections, others are answered.
    pub async fn stop(self) -> Ended {
        self.stop.send_replace(true);
        let ended = tokio::time::timeout(STOP_WITHIN, self.finished()).await;
        ended.unwrap_or_else(|_| {
            self.server.abort();
            Ended::Stopped
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::handle::SeedError;
    use crate::journal::Journal;

    #[tokio::test]
    async fn a_double_that_cannot_remember_ends_and_says_so() {
        let directory = tempfile::tempdir().unwrap();
        let running = StripeDouble::start(Config::new(Arc::new(|| Timestamp::UNIX_EPOCH))).await.unwrap();
        running.handle.double.set_journal(Journal::broken(directory.path()));
        let added = running.handle.add_customer("cus_a", "pm_card_visa", "a@example.com");
        assert_eq!(added, Err(SeedError::Store("cus_a".to_owned())));
        let Ended::Failed(reason) = running.finished().await else { panic!("stopped") };
        assert!(reason.starts_with("failed to write the journal"), "{reason}");
    }
}
