//! The MQTT broker in this process, in place of AWS IoT Core.
//!
//! What it cannot do: a local link is told topic and payload, not the publisher, so the topic is taken as the identity. The rule that
//! topic, client and payload must agree holds in the handlers, whatever the broker says.

use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::Duration;

use rumqttd::local::{LinkRx, LinkTx};
use rumqttd::{ConnectionSettings, Notification, RouterConfig, ServerSettings};
use tokio::sync::{mpsc, oneshot};

/// The longest payload that AWS IoT Core takes, bytes.
const MAX_PAYLOAD: usize = 128 * 1024;

/// The longest topic and header beside it, bytes: the broker counts whole packets.
const MAX_HEADER: usize = 64 * 1024 + 16;

/// How many messages may wait for the dispatcher before the broker slows down.
const WAITING: usize = 1024;

/// How often and how many times it is asked whether the broker listens.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const LOOKS: u32 = 500;

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its topic.
    pub topic: String,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// The broker could not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// The port is taken or not allowed.
    #[error("failed to listen for MQTT on {addr}")]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The broker refused a link of our own.
    #[error("failed to link to the broker")]
    Link(#[source] Box<rumqttd::local::LinkError>),
    /// A thread could not be started.
    #[error("failed to start the broker's thread")]
    Thread(#[source] std::io::Error),
}

/// The running broker.
#[derive(Debug)]
pub struct Broker {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Publishing from inside.
    pub publisher: Publisher,
    /// Every message that a station publishes.
    pub published: mpsc::Receiver<Published>,
    /// Resolves when the broker has ended, which it never should.
    pub ended: oneshot::Receiver<()>,
}

/// Publishing to stations.
pub struct Publisher(Mutex<LinkTx>);

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Publisher")
    }
}

impl Publisher {
    /// Publishes to whoever subscribes to `topic`.
    ///
    /// # Errors
    /// When the broker has ended.
    pub fn publish(&self, topic: &str, payload: Vec<u8>) -> Result<(), BrokerError> {
        let mut link = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        link.publish(topic.to_owned(), payload).map(|_| ()).map_err(linked)
    }
}

impl Broker {
    /// Starts the broker on `host:port` (0: any free port) and hands on what is published to one of `filters`. Returns when stations
    /// can connect.
    ///
    /// # Errors
    /// [`BrokerError`].
    pub async fn start(host: IpAddr, port: u16, filters: &[String]) -> Result<Self, BrokerError> {
        let addr = free_addr(SocketAddr::new(host, port))?;
        let mut broker = rumqttd::Broker::new(config(addr));
        let (ended_tx, ended) = oneshot::channel();
        let (publisher, _unread) = broker.link(&inner_id()).map_err(linked)?;
        let (mut subscriber, reader) = broker.link(&inner_id()).map_err(linked)?;
        for filter in filters {
            subscriber.subscribe(filter.clone()).map_err(linked)?;
        }
        std::thread::Builder::new()
            .name("mqtt-broker".to_owned())
            .spawn(move || {
                if let Err(error) = broker.start() {
                    tracing::error!(error = %error, "the MQTT broker has ended");
                }
                let _ = ended_tx.send(());
            })
            .map_err(BrokerError::Thread)?;
        let (to_rules, from_stations) = mpsc::channel(WAITING);
        tokio::spawn(forward(subscriber, reader, to_rules));
        accepts(addr).await.map_err(|source| BrokerError::Listen { addr, source })?;
        Ok(Self { addr, publisher: Publisher(Mutex::new(publisher)), published: from_stations, ended })
    }
}

/// A client id that nobody can guess: the broker drops whoever holds an id when another client connects with it.
fn inner_id() -> String {
    format!("wattwarden-{:032x}", rand::random::<u128>())
}

fn linked(error: rumqttd::local::LinkError) -> BrokerError {
    BrokerError::Link(Box::new(error))
}

/// The broker opens its socket by itself and late; finding a taken port now gives a clear error.
fn free_addr(wanted: SocketAddr) -> Result<SocketAddr, BrokerError> {
    std::net::TcpListener::bind(wanted)
        .and_then(|listener| listener.local_addr())
        .map_err(|source| BrokerError::Listen { addr: wanted, source })
}

/// Waits until somebody can connect: the broker's own thread opens the socket.
async fn accepts(addr: SocketAddr) -> std::io::Result<()> {
    let mut last = Ok(());
    for _ in 0..LOOKS {
        match tokio::net::TcpStream::connect(addr).await {
            Ok(_) => return Ok(()),
            Err(error) => last = Err(error),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    last
}

/// Hands messages on until the receiver is gone. Dropping the link would unsubscribe, so it lives as long as this task.
async fn forward(_subscriber: LinkTx, mut reader: LinkRx, sender: mpsc::Sender<Published>) {
    loop {
        match reader.next().await {
            Ok(Some(Notification::Forward(forward))) => {
                let topic = String::from_utf8_lossy(&forward.publish.topic).into_owned();
                let published = Published { topic, payload: forward.publish.payload.to_vec() };
                if sender.send(published).await.is_err() {
                    return;
                }
            }
            // The router stops after a burst until it is told to go on.
            Ok(Some(Notification::Unschedule)) => {
                if reader.ready().is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

fn config(addr: SocketAddr) -> rumqttd::Config {
    let server = ServerSettings {
        name: "stations".to_owned(),
        listen: addr,
        tls: None,
        next_connection_delay_ms: 1,
        connections: ConnectionSettings {
            connection_timeout_ms: 60_000,
            max_payload_size: MAX_PAYLOAD + MAX_HEADER,
            max_inflight_count: 200,
            auth: None,
            external_auth: None,
            dynamic_filters: true,
        },
    };
    rumqttd::Config {
        router: RouterConfig {
            max_connections: 10_000,
            max_outgoing_packet_count: 200,
            max_segment_size: 16 * 1024 * 1024,
            max_segment_count: 10,
            ..RouterConfig::default()
        },
        v4: Some([("stations".to_owned(), server)].into()),
        ..rumqttd::Config::default()
    }
}
