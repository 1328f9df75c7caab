//! What a double is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::disorder::Disorder;
use crate::faults::{PlannedFault, Storm};
use crate::webhooks::Webhook;

/// What a double is started with.
#[derive(Clone)]
pub struct Config {
    /// Where to listen, on loopback only; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The secret keys that are let in; with none, every key that begins with `sk_test_`.
    pub api_keys: Vec<String>,
    /// Where events go.
    pub webhook: Option<Webhook>,
    /// How long a webhook may take to answer, in real time; afterwards it counts as unreachable.
    pub answer_within: Duration,
    /// How deliveries go astray.
    pub disorder: Disorder,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where to remember everything across restarts; without it, memory.
    pub data_dir: Option<PathBuf>,
    /// Faults planned from the start.
    pub faults: Vec<PlannedFault>,
    /// Faults by chance.
    pub storm: Option<Storm>,
    /// Makes the ids of this double differ from those of another.
    pub seed: u64,
}

impl Config {
    /// A free port of 127.0.0.1, every test key, no webhook, ten seconds for its answers, memory only, no faults.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            api_keys: Vec::new(),
            webhook: None,
            answer_within: Duration::from_secs(10),
            disorder: Disorder::default(),
            clock,
            data_dir: None,
            faults: Vec::new(),
            storm: None,
            seed: 0,
        }
    }
}
