//! The whole system in one process: every part started in order, watched, and stopped together.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ports::{Ports, Secret};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::broker::Broker;
use crate::cli::Component;
use crate::clock::LocalClock;
use crate::database::Database;
use crate::dispatch::{self, Parts, Queues, Standing};
use crate::facts::Facts;
use crate::functions::Functions;
use crate::outside::Outside;
use crate::seed::Seed;
use crate::show::Store;
use crate::template::{Rule, TEMPLATE, Topology};
use crate::{exit, http};

/// Everything listens here only: nothing of the local system is meant for a network.
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A call to the Stripe double takes no longer than this, in real time.
const STRIPE_TIMEOUT: Duration = Duration::from_secs(10);

/// What a system is started with.
#[derive(Debug)]
pub struct Config {
    /// Where everything is kept; in memory without it.
    pub data: Option<PathBuf>,
    /// Loaded before anything else; without it, the default seed where nothing has been loaded yet.
    pub seed: Option<Seed>,
    /// Seconds of the system in a real one.
    pub speed: f64,
    /// The MQTT port; 0: any.
    pub mqtt_port: u16,
    /// The HTTP port; 0: any.
    pub http_port: u16,
}

/// A part of the system failed; the text is the whole chain of causes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {why}")]
pub struct Failed {
    /// The part.
    pub part: &'static str,
    /// Why.
    pub why: String,
}

impl Failed {
    fn of<E: std::error::Error>(part: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self { part, why: exit::chain(&error) }
    }

    fn ended(part: &'static str) -> Self {
        Self { part, why: "it has stopped".to_owned() }
    }
}

/// The running system.
pub struct System {
    /// The one clock.
    pub clock: station::Clock,
    /// Where stations connect.
    pub mqtt: SocketAddr,
    /// Where `show`, `load`, `export` and webhooks go.
    pub http: SocketAddr,
    /// Where the Stripe double listens.
    pub stripe: SocketAddr,
    /// The bearer token of the HTTP side.
    pub token: String,
    /// What the operator owns, as it was at the start.
    pub seed: Seed,
    /// What is stored.
    pub store: Store,
    /// What happens.
    pub facts: Arc<Facts>,
    queues: Arc<Queues>,
    dispatcher: JoinSet<()>,
    server: JoinSet<std::io::Result<()>>,
    _upkeep: JoinSet<()>,
    captured: stripe_double::Handle,
    stripe_double: Option<stripe_double::Running>,
    broker_ended: oneshot::Receiver<()>,
}

impl System {
    /// Starts every part; returns when stations can connect.
    ///
    /// # Errors
    /// [`Failed`] names the part that did not start.
    pub async fn start(config: Config) -> Result<Self, Failed> {
        let topology = Topology::read(TEMPLATE).map_err(Failed::of("template"))?;
        if let Some(data) = &config.data {
            std::fs::create_dir_all(data)
                .map_err(|error| Failed { part: "data directory", why: format!("{}: {error}", data.display()) })?;
        }
        let clock = crate::clock::resume(config.data.as_deref(), config.speed);
        let local_clock = LocalClock(clock.clone());
        let run = run_id(clock.now());
        let token = format!("{:032x}", rand::random::<u128>());
        let webhook_secret = format!("whsec_{:032x}", rand::random::<u128>());

        let file = config.data.as_deref().map(|folder| folder.join("tables.sqlite"));
        let database = Database::start(file.as_deref(), &topology.tables).await.map_err(Failed::of("database"))?;
        let database = Arc::new(database);
        let store = Store::new(Arc::clone(&database));
        let seed = load(config.seed, &store).await?;

        let (listener, http) = http::listen(LOOPBACK, config.http_port).await.map_err(Failed::of("HTTP server"))?;
        let key = format!("sk_test_{:032x}", rand::random::<u128>());
        let stripe_double = start_stripe(config.data.as_deref(), &key, http, &webhook_secret, &local_clock).await?;
        if let Err(error) = seed.introduce_drivers(&stripe_double.handle) {
            tracing::warn!(error = &error as &dyn std::error::Error, "a driver's payments will be refused");
        }

        // Lifecycle events are AWS IoT's own; this broker tells of no connection.
        let by_stations = |rule: &&Rule| !rule.topic_filter.starts_with('$');
        let filters: Vec<String> =
            topology.rules.iter().filter(by_stations).map(|rule| rule.topic_filter.clone()).collect();
        let broker = Broker::start(LOOPBACK, config.mqtt_port, &filters).await.map_err(Failed::of("MQTT broker"))?;

        let facts = Arc::new(Facts::default());
        let stripe = stripe::StripeClient::new(&Secret::new(key), Some(&stripe_double.base_url()), STRIPE_TIMEOUT)
            .map_err(Failed::of("Stripe client"))?;
        let outside = Outside {
            publisher: Arc::new(broker.publisher),
            facts: Arc::clone(&facts),
            stripe,
            webhook_secret: Secret::new(webhook_secret),
            clock: local_clock.clone(),
        };
        let ports = Ports { tables: store.tables.clone(), outside };
        let functions = Arc::new(Functions::new(ports, local_clock));
        let queues = Arc::new(Queues::new(&topology, run));
        let context = Parts {
            clock: clock.clone(),
            functions: Arc::clone(&functions),
            database,
            queues: Arc::clone(&queues),
            facts: Arc::clone(&facts),
        };
        let dispatcher = dispatch::start(&topology, &context, broker.published);

        let api = http::Api {
            functions,
            routes: topology.http_routes.clone(),
            store: store.clone(),
            stripe: stripe_double.handle.clone(),
            token: token.clone(),
        };
        let mut server = JoinSet::new();
        let mut upkeep = JoinSet::new();
        upkeep.spawn(keep_deleting_expired(context.database));
        if let Some(data) = config.data {
            upkeep.spawn(crate::clock::keep_noting(data, clock.clone()));
        }
        server.spawn(http::serve(listener, api));
        Ok(Self {
            clock,
            mqtt: broker.addr,
            http,
            stripe: stripe_double.addr,
            captured: stripe_double.handle.clone(),
            token,
            seed,
            store,
            facts,
            queues,
            dispatcher,
            server,
            _upkeep: upkeep,
            stripe_double: Some(stripe_double),
            broker_ended: broker.ended,
        })
    }

    /// Waits until a part has ended, which none should before the process does.
    pub async fn failure(&mut self) -> Failed {
        tokio::select! {
            _ = self.dispatcher.join_next() => Failed::ended("dispatcher"),
            ended = self.server.join_next() => match ended {
                Some(Ok(Err(error))) => Failed::of("HTTP server")(error),
                _ => Failed::ended("HTTP server"),
            },
            () = stripe_ended(self.stripe_double.as_ref()) => Failed::ended("Stripe double"),
            _ = &mut self.broker_ended => Failed::ended("MQTT broker"),
        }
    }

    /// Stops one part as if it had died.
    pub async fn stop(&mut self, component: Component) {
        match component {
            Component::Dispatcher => self.dispatcher.abort_all(),
            Component::Stripe => {
                if let Some(double) = self.stripe_double.take() {
                    double.stop().await;
                }
            }
        }
    }

    /// How every queue stands.
    #[must_use]
    pub fn queues(&self) -> Vec<Standing> {
        self.queues.standing()
    }

    /// What the Stripe double has captured, minor units of every currency together.
    #[must_use]
    pub fn captured_at_stripe(&self) -> i64 {
        self.captured.intents().iter().map(|intent| intent.captured_minor).sum()
    }

    /// The requests, each in a line, that Stripe's published API would not have taken.
    #[must_use]
    pub fn violations_at_stripe(&self) -> Vec<String> {
        self.captured.violations().iter().map(ToString::to_string).collect()
    }
}

/// Loads a seed and says what there is then: what was loaded in earlier runs stays as the operator has left it.
async fn load(seed: Option<Seed>, store: &Store) -> Result<Seed, Failed> {
    let known = Seed::export(&store.tables).await.map_err(Failed::of("seed"))?;
    let seed = match seed {
        Some(seed) => seed,
        None if known.sites.is_empty() => Seed::default_system().map_err(Failed::of("seed"))?,
        None => return Ok(known),
    };
    seed.check_sites(&known.sites).map_err(|why| Failed { part: "seed", why })?;
    seed.load(&store.tables).await.map_err(Failed::of("seed"))?;
    Seed::export(&store.tables).await.map_err(Failed::of("seed"))
}

/// How often items whose time to live is over are deleted, in real time.
const DELETE_EXPIRED_EVERY: Duration = Duration::from_hours(1);

/// Deletes expired items, for ever: the embedded database does not do so by itself.
async fn keep_deleting_expired(database: Arc<Database>) {
    loop {
        tokio::time::sleep(DELETE_EXPIRED_EVERY).await;
        if let Err(error) = database.delete_expired().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "expired items could not be deleted");
        }
    }
}

async fn start_stripe(
    data: Option<&Path>,
    key: &str,
    http: SocketAddr,
    webhook_secret: &str,
    clock: &LocalClock,
) -> Result<stripe_double::Running, Failed> {
    let url = format!("http://{http}/stripe/webhook");
    let webhook = stripe_double::Webhook::new(&url, &[webhook_secret]).map_err(Failed::of("Stripe double"))?;
    let config = stripe_double::Config {
        listen: SocketAddr::new(LOOPBACK, 0),
        api_keys: vec![key.to_owned()],
        webhook: Some(webhook),
        data_dir: data.map(|folder| folder.join("stripe")),
        ..stripe_double::Config::new(Arc::new(clock.clone()))
    };
    stripe_double::StripeDouble::start(config).await.map_err(Failed::of("Stripe double"))
}

async fn stripe_ended(double: Option<&stripe_double::Running>) {
    if let Some(double) = double {
        double.finished().await;
    }
}

/// Tells this run from every other: message ids must not repeat, since what they name is kept.
fn run_id(now: Timestamp) -> String {
    format!("{:x}-{:08x}", now.as_millisecond(), rand::random::<u32>())
}
