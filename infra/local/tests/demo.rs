//! The demonstration passes its own checks, and notices when a part of the system is gone.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what broke")]

use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// One at a time: a demonstration keeps a small machine busy by itself.
static MACHINE: Mutex<()> = Mutex::new(());

fn demo(arguments: &[&str]) -> Output {
    let _alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    // Half as fast as it is shown to people: what takes a machine a second is half as late.
    let slowly = ["demo", "--json", "--speed", "60"];
    Command::new(env!("CARGO_BIN_EXE_wattwarden")).args(slowly).args(arguments).output().unwrap()
}

#[test]
fn the_demonstration_ends_with_every_session_over_and_the_money_adding_up() {
    let output = demo(&["--seed", "7"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{error}");
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    let figure = |name: &str| summary[name].as_i64().unwrap_or_else(|| panic!("{name} in {summary}"));
    assert!(figure("sessions") >= 30);
    assert!(figure("energy_wh") > 0);
    assert_eq!(figure("billed_minor"), figure("captured_minor") + figure("unpaid_minor"));
    assert!(figure("unpaid_minor") > 0);
    assert!(figure("faults_opened") >= 3);
    assert_eq!(figure("faults_cleared"), figure("faults_opened"));
    assert!(figure("alerts_published") > figure("sessions"));
    assert_eq!(figure("quarantined"), 1);
    assert_eq!((figure("cdrs"), figure("receipts")), (figure("sessions"), figure("sessions")));
    assert_eq!(figure("cdrs_repriced_alike"), figure("cdrs"));
    assert!(figure("evses") >= 10);
    assert_eq!(figure("evses_as_counted"), figure("evses"));
}

#[test]
fn a_part_that_stops_makes_the_demonstration_fail() {
    for (part, name) in [("dispatcher", "dispatcher"), ("stripe", "Stripe double")] {
        let output = demo(&["--stop", part]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{part}: {error}");
        assert!(error.contains(name), "{part}: {error}");
    }
}
