"""Whatever is due and not done, every minute."""

import base64
import json
import time

import messages
from checks.sessions import ACKED_WITHIN_S, SITE, STATION, TOKEN
from report import promise
from system import Item, System
from waiting import eventually, expect

# The schedule runs every minute.
SWEPT_WITHIN_S = 130
LONG_AGO = "2020-01-01T00:00:00.000000000Z"
LOST = "cloud-007"


@promise
def a_session_that_lacks_a_message_is_billed_by_the_schedule(system: System) -> str:
    name = system.fresh("incomplete")
    station = system.station(STATION)
    for message in (messages.started(name, TOKEN), messages.ended(name)):
        station.send("transaction", message)
        station.ack(message["messageId"], ACKED_WITHIN_S)
    session = f"{STATION}:{name}"
    expect("a CDR before the wait is over", system.item("SessionsTable", session, "cdr#1"), None)
    let_time_pass(system, session)
    cdr = eventually(
        f"a CDR of {session}", lambda: system.item("SessionsTable", session, "cdr#1"), SWEPT_WITHIN_S,
        lambda: [item["sk"] for item in system.items("SessionsTable", session)],
    )
    done = receipt_of(system, session)
    expect("the mark of what was due", done.get("due_at"), None)
    lines = eventually("a line of the sweep", lambda: swept(system), 20)
    return f"{lines[-1]['due']} due, {lines[-1]['overdue']} overdue; flags {flags(cdr['body'])}"


@promise
def receipts_are_numbered_without_gaps_by_the_schedule(system: System) -> str:
    receipts = system.items("ReceiptsTable", SITE)
    numbers = [receipt["body"]["number"]["number"] for receipt in receipts]
    expect("at least one receipt", bool(receipts), True)
    expect("the numbers", numbers, list(range(1, len(numbers) + 1)))
    for receipt in receipts:
        session = receipt["body"]["session"]
        head = system.item("SessionsTable", session, "head") or {}
        expect(f"the receipt of {session}", head.get("body", {}).get("receipt"), receipt["body"]["number"])
    return f"{len(numbers)} receipts"


@promise
def a_station_that_stays_away_is_told_by_the_schedule(system: System) -> str:
    lost_at = int(time.time() * 1000) - 300_000
    event = {
        "clientId": LOST, "timestamp": lost_at, "eventType": "disconnected", "sessionIdentifier": "lost", "versionNumber": 0,
        "disconnectReason": "MQTT_KEEP_ALIVE_TIMEOUT",
    }
    envelope = {
        "data": base64.b64encode(json.dumps(event).encode()).decode(), "client": "", "received_at": lost_at,
        "topic": f"$aws/events/presence/disconnected/{LOST}",
    }
    system.cloud.client("sqs").send_message(QueueUrl=system.resource("PresenceQueue"), MessageBody=json.dumps(envelope))
    told = eventually(
        f"an alert about {LOST}", lambda: system.items("AlertsTable", f"fault:{LOST}:offline:{lost_at}"), SWEPT_WITHIN_S,
        lambda: system.item("ConnectorsTable", LOST, "presence"),
    )
    gone = system.item("ConnectorsTable", LOST, "presence") or {}
    expect("the site that it is missed at", gone.get("gone_site"), "cloud-site")
    return told[0]["body"]["fact"]["evidence"]


def let_time_pass(system: System, session: str) -> None:
    """Makes the wait for a missing message long over."""
    system.cloud.client("dynamodb").update_item(
        TableName=system.resource("SessionsTable"), Key={"pk": {"S": session}, "sk": {"S": "head"}},
        UpdateExpression="SET due_at = :then", ConditionExpression="attribute_exists(due_at)",
        ExpressionAttributeValues={":then": {"S": LONG_AGO}},
    )


def receipt_of(system: System, session: str) -> Item:
    """The head of a session, once it has its receipt."""
    def head() -> Item:
        return system.item("SessionsTable", session, "head") or {}

    def done() -> Item | None:
        found = head()
        return found if found and found["body"].get("receipt") else None

    return eventually(f"a receipt of {session}", done, SWEPT_WITHIN_S, head)


def swept(system: System) -> list[dict]:
    """The lines that the sweep has logged of runs which found something."""
    return [line for line in system.log_lines("SweepLogs") if line.get("message") == "swept" and line.get("due")]


def flags(cdr: dict) -> str:
    """The flags of a CDR, where it has any."""
    return ", ".join(cdr.get("flags", [])) or "none"
