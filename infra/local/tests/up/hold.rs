//! A driver who is not known: a hold on the command line, a session on its token, money at the end.

use serde_json::{Value, json};

use crate::session;
use crate::support::{Station, Up, assert_one_line, show, wattwarden};

#[test]
fn a_driver_who_is_not_known_pays_with_a_hold() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(data.path());
    let hold = |station: &str, amount: &str| {
        wattwarden()
            .args(["hold", station, "--amount", amount, "--customer", "cus_guest", "--payment-method", "pm_card_visa"])
            .args(["--minutes", "1440", "--id", "7k2m9q4t0p", "--data"])
            .arg(data.path())
            .output()
            .unwrap()
    };
    assert_one_line(&hold("station-099", "20.00"), 2, "station-099 is not known");
    assert_one_line(&hold("station-001", "0.30"), 2, "less than Stripe takes");
    assert_one_line(&hold("station-001", "20.005"), 2, "20.005 is no amount of EUR");
    for _ in 0..2 {
        // The second time it is there already.
        let output = hold("station-001", "20.00");
        assert!(output.status.success());
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&shown["token"], &shown["heldMinor"]), (&json!("hold-7k2m9q4t0p"), &json!(2_000)));
    }
    let is = |state: &'static str| move |fact: &Value| fact["fact"] == "hold" && fact["state"] == state;
    up.wait_for(1, is("authorized"));

    let station = Station::connect(&up, "station-001");
    for message in session("t-1", "hold-7k2m9q4t0p") {
        assert_eq!(station.send(&message)["result"], "stored");
    }
    up.wait_for(1, is("succeeded"));
    let holds = show("holds", data.path());
    let sessions = show("sessions", data.path());
    assert_eq!((holds.len(), sessions.len()), (1, 1));
    assert_eq!((&sessions[0]["payment"], &holds[0]["session"]), (&json!("succeeded"), &json!("station-001:t-1")));
    assert_eq!(holds[0]["capturedMinor"], sessions[0]["total"]["minor"]);
    assert!(holds[0]["capturedMinor"].as_i64().unwrap() > 0);
    assert_eq!(show("payments", data.path()), Vec::<Value>::new());
}
