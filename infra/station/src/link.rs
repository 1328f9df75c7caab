//! The connection to the broker, made again whenever it is lost.

use rumqttc::{
    AsyncClient, Event, EventLoop, MqttOptions, Outgoing, Packet, QoS, SubscribeFilter, SubscribeReasonCode,
};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc;

/// Messages given to the client that it has not written yet.
const REQUESTS_MAX: usize = 32;
/// Messages the broker has not confirmed yet.
const INFLIGHT_MAX: u16 = 32;
/// A transaction message may have 32 KiB.
const PACKET_MAX_BYTES: usize = 64 * 1024;
/// Real time before the first new attempt to connect; doubled up to the longest.
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(5);

/// What the connection has to say.
#[derive(Debug)]
pub(crate) enum LinkEvent {
    /// The subscriptions stand; this client belongs to the new connection.
    Connected(AsyncClient),
    /// The connection is gone, or could not be made; it will be tried again.
    Disconnected(String),
    /// The broker has confirmed a message, so there is room for another.
    Confirmed,
    /// A message for the station.
    Received { topic: String, payload: Vec<u8> },
    /// The connection was closed on request and will not be made again.
    Closed,
}

/// Why a connection is not usable any more.
enum Loss {
    Failed(String),
    Closed,
    /// Nobody listens to this link any more.
    Abandoned,
}

/// Options for a station's connection. The keep-alive is in real time, at least a second.
pub(crate) fn options(station_id: &str, host: &str, port: u16, keep_alive: Duration) -> MqttOptions {
    let mut options = MqttOptions::new(station_id, host, port);
    options
        .set_keep_alive(keep_alive.max(Duration::from_secs(1)))
        .set_clean_session(true)
        .set_inflight(INFLIGHT_MAX)
        .set_max_packet_size(PACKET_MAX_BYTES, PACKET_MAX_BYTES);
    options
}

/// Keeps a station connected until it closes the connection itself, and never returns.
///
/// Each connection has a client of its own: what an old one still held must not be sent after a new one has begun, since the outbox
/// sends it anyway.
pub(crate) async fn keep_connected(options: MqttOptions, events: mpsc::Sender<LinkEvent>) -> Infallible {
    let mut retry = FIRST_RETRY;
    loop {
        let (client, mut event_loop) = AsyncClient::new(options.clone(), REQUESTS_MAX);
        let mut has_connected = false;
        let loss = follow(&client, &mut event_loop, &events, &options.client_id(), &mut has_connected).await;
        let told = match loss {
            Loss::Failed(reason) => events.send(LinkEvent::Disconnected(reason)).await,
            Loss::Closed => {
                drop(events.send(LinkEvent::Closed).await);
                return std::future::pending().await;
            }
            Loss::Abandoned => return std::future::pending().await,
        };
        if told.is_err() {
            return std::future::pending().await;
        }
        retry = if has_connected { FIRST_RETRY } else { (retry * 2).min(LONGEST_RETRY) };
        tokio::time::sleep(retry).await;
    }
}

async fn follow(
    client: &AsyncClient,
    event_loop: &mut EventLoop,
    events: &mpsc::Sender<LinkEvent>,
    station_id: &str,
    has_connected: &mut bool,
) -> Loss {
    loop {
        let event = match event_loop.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                if let Err(error) = client.try_subscribe_many(subscriptions(station_id)) {
                    return Loss::Failed(error.to_string());
                }
                continue;
            }
            Ok(Event::Incoming(Packet::SubAck(ack))) if ack.return_codes.contains(&SubscribeReasonCode::Failure) => {
                return Loss::Failed("the broker refused a subscription".to_owned());
            }
            Ok(Event::Incoming(Packet::SubAck(_))) => {
                *has_connected = true;
                LinkEvent::Connected(client.clone())
            }
            Ok(Event::Incoming(Packet::PubAck(_))) => LinkEvent::Confirmed,
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                LinkEvent::Received { topic: publish.topic, payload: publish.payload.to_vec() }
            }
            Ok(Event::Outgoing(Outgoing::Disconnect)) => return Loss::Closed,
            Ok(_) => continue,
            Err(error) => return Loss::Failed(error.to_string()),
        };
        if events.send(event).await.is_err() {
            return Loss::Abandoned;
        }
    }
}

fn subscriptions(station_id: &str) -> [SubscribeFilter; 2] {
    ["ack", "command"].map(|segment| SubscribeFilter::new(format!("ev/v1/{station_id}/{segment}"), QoS::AtLeastOnce))
}
