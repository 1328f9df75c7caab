//! A webhook that writes down what it is sent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use serde_json::Value;
use stripe_double::Webhook;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a test waits for what does not come, in real time: longer than what comes can take on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) payload: String,
}

impl Delivered {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.payload).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.event()["type"].as_str().unwrap().to_owned()
    }
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    delivered: watch::Receiver<Vec<Delivered>>,
    status: Arc<AtomicU16>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/stripe", listener.local_addr().unwrap());
        let (sender, delivered) = watch::channel(Vec::new());
        let status = Arc::new(AtomicU16::new(200));
        let answer = Arc::clone(&status);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                receive(stream, &sender, answer.load(Ordering::SeqCst)).await;
            }
        });
        Self { url, delivered, status }
    }

    pub(crate) fn webhook(&self) -> Webhook {
        Webhook::new(&self.url, &["whsec_1"]).unwrap()
    }

    pub(crate) fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// What has come so far.
    pub(crate) fn so_far(&self) -> Vec<Delivered> {
        self.delivered.borrow().clone()
    }

    /// Waits until so many deliveries have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Delivered> {
        let mut delivered = self.delivered.clone();
        let waiting = delivered.wait_for(|delivered| delivered.len() >= count);
        timeout(PATIENCE, waiting).await.expect("too few deliveries").unwrap().clone()
    }
}

async fn receive(mut stream: TcpStream, sender: &watch::Sender<Vec<Delivered>>, status: u16) {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Some((head, payload)) = text.split_once("\r\n\r\n") else { continue };
        let headers: BTreeMap<String, String> =
            head.split("\r\n").skip(1).filter_map(|line| line.split_once(": ")).map(owned).collect();
        if payload.len() == headers["Content-Length"].parse::<usize>().unwrap() {
            let delivered = Delivered { headers, payload: payload.to_owned() };
            sender.send_modify(|all| all.push(delivered));
            break;
        }
    }
    stream.write_all(format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n").as_bytes()).await.unwrap();
}

fn owned((name, text): (&str, &str)) -> (String, String) {
    (name.to_owned(), text.to_owned())
}
