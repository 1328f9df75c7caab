//! Stations come and go: `admit` and `retire`, while the system runs and while it is down.

use std::path::Path;
use std::process::Output;

use super::session;
use super::support::{Station, Up, assert_one_line, text, wattwarden};

fn run(arguments: &[&str], data: &Path) -> Output {
    wattwarden().args(arguments).arg("--data").arg(data).output().unwrap()
}

/// What a command printed that did its work.
fn printed(arguments: &[&str], data: &Path) -> String {
    let output = run(arguments, data);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn an_admitted_station_is_heard_and_a_retired_one_is_not() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(data.path());
    let admitted = printed(&["admit", "new-1", "--site", "demo"], data.path());
    assert_eq!(admitted, "{\"registered\":true,\"station\":\"new-1\"}\n");
    let station = Station::connect(&up, "new-1");
    let [first, second, _] = session("t-1", "04A1B2C3").try_into().unwrap();
    assert_eq!(station.send(&first)["result"], "stored");
    let retired = printed(&["retire", "new-1"], data.path());
    assert_eq!(retired, "{\"retired\":true,\"station\":\"new-1\"}\n");
    assert_one_line(&run(&["retire", "new-1"], data.path()), 2, "new-1 is not registered");
    let ack = station.send(&second);
    assert_eq!((ack["result"].as_str(), ack["reason"].as_str()), (Some("refused"), Some("identity")));
}

#[test]
fn a_file_of_stations_is_admitted_while_the_system_is_down() {
    let data = tempfile::tempdir().unwrap();
    Up::start(data.path()).kill();
    let file = data.path().join("stations.yaml");
    std::fs::write(&file, "stations: [{ id: new-1, siteId: demo }, { id: new-2, siteId: demo }]").unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(printed(&["admit", file], data.path()).lines().count(), 2);
    assert_one_line(&run(&["retire", "ghost-2", "new-2"], data.path()), 2, "1 of 2 stations were refused: ghost-2");
    let stations = printed(&["export"], data.path());
    assert!(stations.contains("id: new-1") && !stations.contains("id: new-2"), "{stations}");
}

#[test]
fn who_cannot_be_admitted_is_told_in_one_line_and_nobody_is_registered() {
    let data = tempfile::tempdir().unwrap();
    Up::start(data.path()).kill();
    let ghost = data.path().join("ghost.yaml");
    std::fs::write(&ghost, "stations: [{ id: ghost-1, siteId: nowhere }]").unwrap();
    let empty = data.path().join("empty.yaml");
    std::fs::write(&empty, "sites: []").unwrap();
    let before = printed(&["export"], data.path());
    for (arguments, part) in [
        (&["admit", "ghost-1"][..], "--site"),
        (&["admit", "station-001", "ghost-1"], "ghost-1"),
        (&["admit", "ghost-1", "--site", "nowhere"], "nowhere"),
        (&["admit", "ghost/1", "--site", "demo"], "ghost/1"),
        (&["admit", ghost.to_str().unwrap()], "sites are to be loaded first: stations: ghost-1"),
        (&["admit", ghost.to_str().unwrap(), "station-001"], "one file"),
        (&["admit", ghost.to_str().unwrap(), "--site", "demo"], "--site"),
        (&["admit", "station-001", "--claim"], "no certificates"),
        (&["admit", "station-001", "--out", "/nowhere/keys"], "no certificates"),
        (&["admit", empty.to_str().unwrap()], "empty.yaml: there are no stations"),
        (&["retire", "station-001", "ghost#1"], "ghost#1"),
        (&["retire", "ghost-1"], "ghost-1"),
        (&["rotate", "station-001"], "no certificates"),
    ] {
        assert_one_line(&run(arguments, data.path()), 2, part);
    }
    assert_eq!(printed(&["export"], data.path()), before);
}

#[test]
fn a_stack_is_not_looked_for_without_credentials() {
    let without = |arguments: &[&str]| wattwarden().args(arguments).env_clear().output().unwrap();
    assert_one_line(&without(&["export", "--stack", "s"]), 2, "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION");
    assert_one_line(&without(&["export", "--stack", "s", "--region", "eu-central-1"]), 2, "AWS_SECRET_ACCESS_KEY;");
}
