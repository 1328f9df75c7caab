//! A service that gives prepared answers on loopback and keeps what it was asked, so that tests see what goes over the wire.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::{Clients, Credentials, Settings, Timeouts};

/// One request as it came.
pub(crate) struct Request {
    /// Method and path.
    pub(crate) line: String,
    /// The body as text.
    pub(crate) body: String,
}

/// Clients of a service that answers the first request with the first status and body, and so on; then it is gone.
pub(crate) fn answering(answers: &[(u16, &str)]) -> (Clients, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    let answers: Vec<(u16, String)> = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    thread::spawn(move || {
        for (status, body) in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            // Kept before it is answered: a test that has its answer finds its request.
            let _ = sender.send(read(&mut reader));
            answer(reader.get_mut(), status, &body);
        }
    });
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let settings = Settings {
        region: "eu-central-1".to_owned(),
        credentials,
        endpoint: Some(endpoint),
        timeouts: Timeouts::once(Duration::from_mins(10)),
    };
    (Clients::new(settings), requests)
}

fn read(from: &mut impl BufRead) -> Request {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    let mut length = 0;
    loop {
        let mut header = String::new();
        from.read_line(&mut header).unwrap();
        match header.trim().split_once(": ") {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    Request { line: line.trim().to_owned(), body: String::from_utf8(body).unwrap() }
}

fn answer(to: &mut impl Write, status: u16, body: &str) {
    let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    to.write_all(format!("{head}{body}").as_bytes()).unwrap();
}
