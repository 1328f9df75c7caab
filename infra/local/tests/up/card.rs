//! A driver saves a card: an address on the command line, a page of Stripe's, sessions that are paid with it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::support::{Station, Up, assert_one_line, show, text, wattwarden};
use crate::{is_paid, session};

const SEED: &str = "drivers: [{ id: newcomer, name: Kim, email: kim@driver.example, tokens: [7E57] }]";

fn command(name: &str, data: &Path, arguments: &[&str]) -> Output {
    wattwarden().arg(name).args(arguments).arg("--data").arg(data).output().unwrap()
}

fn asked(data: &Path) -> Value {
    let output = command("save-card", data, &["newcomer", "--return-to", "https://charge.example/thanks"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The driver enters a test card; where they are sent to afterwards.
fn fill_in(url: &str, card: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let form = format!("card={card}");
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn pays(up: &Up, station: &str, payments: usize) {
    let connected = Station::connect(up, station);
    for message in session("t-1", "7E57") {
        assert_eq!(connected.send(&message)["result"], "stored");
    }
    up.wait_for(payments, is_paid);
}

#[test]
fn a_driver_saves_a_card_and_pays_with_it() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("newcomer.yaml");
    std::fs::write(&file, SEED).unwrap();
    let up = Up::start(data.path());
    assert!(command("load", data.path(), &[file.to_str().unwrap()]).status.success());
    assert_one_line(&command("save-card", data.path(), &["nobody"]), 2, "the driver nobody is not known");
    let odd = command("save-card", data.path(), &["newcomer", "--return-to", "charge.example"]);
    assert_one_line(&odd, 2, "--return-to charge.example");

    let page = asked(data.path());
    let keys: Vec<_> = page.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["driver", "expiresAt", "state", "url"]);
    assert_eq!((&page["driver"], &page["state"]), (&json!("newcomer"), &json!("open")));
    assert_eq!(asked(data.path()), page, "asking twice is one page");
    let url = page["url"].as_str().unwrap();
    assert_eq!(fill_in(url, "pm_card_visa"), "https://charge.example/thanks");
    up.wait_for(1, |fact| fact["fact"] == "card" && fact["state"] == "saved");
    let exported = text(&command("export", data.path(), &[]).stdout);
    assert_eq!(exported.matches("paymentMethod: pm_").count(), 2, "{exported}");

    // What is loaded again names no card: the saved one stays.
    assert!(command("load", data.path(), &[file.to_str().unwrap()]).status.success());
    pays(&up, "station-001", 1);
    std::fs::write(&file, &exported).unwrap();
    assert!(command("load", data.path(), &[file.to_str().unwrap()]).status.success(), "a saved card can be loaded");
    up.kill();
    let up = Up::start(data.path());
    pays(&up, "station-002", 1);
    assert_eq!(show("payments", data.path()).len(), 2);
}
