//! One request over one connection, and what came back byte by byte.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A whole reply.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

/// What a connection brought.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Received {
    Whole(Reply),
    /// Fewer bytes than announced.
    Broken(Reply),
    Nothing,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn error(&self) -> Value {
        self.json()["error"].clone()
    }
}

impl Received {
    pub(crate) fn whole(self) -> Reply {
        match self {
            Self::Whole(reply) => reply,
            Self::Broken(_) | Self::Nothing => panic!("no whole reply: {self:?}"),
        }
    }
}

/// Sends a request and reads until the connection ends.
pub(crate) async fn send(addr: SocketAddr, method: &str, target: &str, headers: &str, body: &str) -> Received {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}",
        body.len(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // A reset after the last byte is an end like any other.
    _ = stream.read_to_end(&mut bytes).await;
    read(&String::from_utf8(bytes).unwrap())
}

fn read(text: &str) -> Received {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        assert_eq!(text, "", "half a head");
        return Received::Nothing;
    };
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap()).map(|(k, v)| (k.to_owned(), v.to_owned()));
    let headers: BTreeMap<String, String> = headers.collect();
    let announced: usize = headers["content-length"].parse().unwrap();
    let reply = Reply { status, headers, text: body.to_owned() };
    if reply.text.len() == announced { Received::Whole(reply) } else { Received::Broken(reply) }
}
