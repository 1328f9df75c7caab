//! A running `wattwarden up` and an MQTT client beside it, as an outsider has them.

use std::cell::RefCell;
use std::fmt::Debug;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rumqttc::{Client, Event, MqttOptions, NetworkOptions, Packet, QoS};
use serde_json::Value;

/// Nothing here takes as long; without it, a failure would hang instead of being told.
const HANG: Duration = Duration::from_mins(2);

/// How long no fact may come until what is stored is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How often it is looked at while no fact comes: for five minutes.
const LOOKS: usize = 1_200;

/// The command under test.
pub(crate) fn wattwarden() -> Command {
    Command::new(env!("CARGO_BIN_EXE_wattwarden"))
}

/// A system in a process of its own; killed when dropped.
pub(crate) struct Up {
    child: Child,
    pub(crate) mqtt: (String, u16),
    facts: Receiver<Value>,
    seen: RefCell<Vec<Value>>,
}

impl Up {
    pub(crate) fn start(data: &Path) -> Self {
        let mut child = wattwarden()
            .args(["up", "--speed", "20", "--mqtt-port", "0", "--http-port", "0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let (host, port) = first["mqtt"].as_str().unwrap().rsplit_once(':').unwrap();
        let mqtt = (host.to_owned(), port.parse().unwrap());
        let (sender, facts) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, mqtt, facts, seen: RefCell::default() }
    }

    /// Waits until so many facts of this kind have happened since the start, and returns them.
    pub(crate) fn wait_for(&self, count: usize, is_it: impl Fn(&Value) -> bool) -> Vec<Value> {
        loop {
            let found: Vec<Value> = self.seen.borrow().iter().filter(|fact| is_it(fact)).cloned().collect();
            if found.len() >= count {
                return found;
            }
            let next = self.facts.recv_timeout(HANG);
            let next = next.unwrap_or_else(|error| panic!("{error}, with {:#?}", self.seen.borrow()));
            self.seen.borrow_mut().push(next);
        }
    }

    /// Looks until what is seen is right, at every fact and now and then, and returns it.
    pub(crate) fn look_until<T: Debug>(&self, look: impl Fn() -> T, is_right: impl Fn(&T) -> bool) -> T {
        let mut in_vain = 0;
        loop {
            let seen = look();
            if is_right(&seen) {
                return seen;
            }
            match self.facts.recv_timeout(LOOK_EVERY) {
                Ok(fact) => self.seen.borrow_mut().push(fact),
                Err(RecvTimeoutError::Timeout) if in_vain < LOOKS => in_vain += 1,
                Err(error) => panic!("{error}, with {seen:#?}"),
            }
        }
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `show` prints for a directory.
pub(crate) fn show(what: &str, data: &Path) -> Vec<Value> {
    let output = wattwarden().args(["show", what, "--data"]).arg(data).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// One line on standard error and this exit code.
pub(crate) fn assert_one_line(output: &Output, code: i32, part: &str) {
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    assert!(error.contains(part), "{error}");
}

/// A station made by hand.
pub(crate) struct Station {
    id: String,
    client: Client,
    acks: Receiver<Value>,
}

impl Station {
    pub(crate) fn connect(up: &Up, id: &str) -> Self {
        let mut options = MqttOptions::new(id, &up.mqtt.0, up.mqtt.1);
        options.set_max_packet_size(256 * 1024, 256 * 1024);
        let (client, mut connection) = Client::new(options, 2_000);
        let mut network = NetworkOptions::new();
        network.set_connection_timeout(60);
        connection.eventloop.set_network_options(network);
        client.subscribe(format!("ev/v1/{id}/ack"), QoS::AtLeastOnce).unwrap();
        let (sender, acks) = channel();
        let (subscribed, is_subscribed) = channel();
        std::thread::spawn(move || {
            for event in connection.iter() {
                match event {
                    Ok(Event::Incoming(Packet::SubAck(_))) => drop(subscribed.send(())),
                    Ok(Event::Incoming(Packet::Publish(message))) => {
                        let _ = sender.send(serde_json::from_slice(&message.payload).unwrap());
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        is_subscribed.recv_timeout(HANG).unwrap();
        Self { id: id.to_owned(), client, acks }
    }

    pub(crate) fn publish(&self, kind: &str, payload: impl Into<Vec<u8>>) {
        self.client.publish(format!("ev/v1/{}/{kind}", self.id), QoS::AtLeastOnce, false, payload).unwrap();
    }

    /// Publishes a transaction message and waits for its ack.
    pub(crate) fn send(&self, message: &Value) -> Value {
        self.publish("transaction", message.to_string());
        self.ack_of(message["messageId"].as_str().unwrap())
    }

    /// Waits for the ack of a message.
    pub(crate) fn ack_of(&self, message_id: &str) -> Value {
        loop {
            let ack = self.acks.recv_timeout(HANG).unwrap_or_else(|error| panic!("no ack of {message_id}: {error}"));
            if ack["messageId"] == message_id {
                return ack;
            }
        }
    }
}
