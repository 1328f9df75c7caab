"""What cannot be taken holds up nobody, and is not lost."""

import base64
import json
import time
from datetime import datetime, timezone

import messages
from report import promise
from system import System
from waiting import Failed, eventually, expect

STATION = "cloud-001"
OTHER = "cloud-002"
UNREADABLE = "cloud-004"
DONE_WITHIN_S = 20
# Five deliveries, each a second after the last.
GIVEN_UP_WITHIN_S = 60


def envelope(topic: str, client: str, data: bytes) -> str:
    """What a rule puts into a queue."""
    received_at = int(time.time() * 1000)
    return json.dumps({"data": base64.b64encode(data).decode(), "topic": topic, "client": client, "received_at": received_at})


@promise
def one_bad_message_is_kept_byte_for_byte_and_holds_up_none_of_its_batch(system: System) -> None:
    station, names = system.station(STATION), [system.fresh("batch") for _ in range(3)]
    bad = b'{"messageId": "\xff\xfe", "eventType": \x00' + system.fresh("bad").encode()
    with system.held("RecordTransactionTransactions", "TransactionsQueue", 4):
        station.send("transaction", messages.started(names[0], "CLOUD-1"))
        station.send("transaction", bad)
        station.send("transaction", messages.started(names[1], "CLOUD-1"))
        station.send("transaction", messages.started(names[2], "CLOUD-1"))
    for name in names:
        expect("an answer", station.ack(f"{name}-0", DONE_WITHIN_S)["result"], "stored")
    [kept] = eventually("the bad message in quarantine", lambda: system.quarantined(bad), DONE_WITHIN_S)
    expect("its reason", kept["reason"], "malformed")
    expect("its client", kept["client"], STATION)
    eventually("an empty queue", lambda: system.depth("TransactionsQueue") == 0, DONE_WITHIN_S)
    expect("dead letters", system.depth("TransactionsDeadLetters"), 0)


@promise
def a_message_that_always_fails_ends_alone_in_the_dead_letter_queue(system: System) -> str:
    make_unreadable(system, UNREADABLE)
    fails = envelope(
        f"ev/v1/{UNREADABLE}/telemetry", UNREADABLE, json.dumps(messages.telemetry(messages.sample(0))).encode()
    )
    good = {
        f"connector#{evse}-1": envelope(
            f"ev/v1/{OTHER}/telemetry", OTHER, json.dumps(messages.telemetry(messages.sample(0, evse=evse))).encode()
        )
        for evse in (11, 12, 13)
    }
    first, *others = good.values()
    bodies = [first, fails, *others]
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
    sqs = system.cloud.client("sqs")
    with system.impatient("TelemetryQueue"):
        with system.held("CheckTelemetryTelemetry", "TelemetryQueue", len(bodies)):
            sqs.send_message_batch(QueueUrl=system.resource("TelemetryQueue"), Entries=entries)
        eventually(
            "the samples of the other messages", lambda: good.keys() <= connectors(system, OTHER), DONE_WITHIN_S,
            lambda: connectors(system, OTHER),
        )
        eventually(
            "one dead letter", lambda: system.depth("TelemetryDeadLetters") == 1, GIVEN_UP_WITHIN_S,
            lambda: system.depth("TelemetryDeadLetters"),
        )
    found = sqs.receive_message(QueueUrl=system.resource("TelemetryDeadLetters"), MaxNumberOfMessages=10)
    expect("the dead letters", [message["Body"] for message in found.get("Messages", [])], [fails])
    expect("messages left in the queue", system.depth("TelemetryQueue"), 0)
    return "a station whose stored state cannot be read"


@promise
def a_message_under_a_foreign_client_is_kept_and_told(system: System) -> None:
    data, before = json.dumps(messages.started(system.fresh("foreign"), "CLOUD-1")).encode(), today()
    body = envelope(f"ev/v1/{STATION}/transaction", OTHER, data)
    system.cloud.client("sqs").send_message(QueueUrl=system.resource("TransactionsQueue"), MessageBody=body)
    [kept] = eventually("the message in quarantine", lambda: system.quarantined(data), DONE_WITHIN_S)
    expect("its reason", kept["reason"], "identity")
    expect("its client", kept["client"], OTHER)
    alerts = eventually(
        "an alert about the identity",
        lambda: [item for item in system.everything("AlertsTable") if item["pk"].startswith(f"identity:{OTHER}:")],
        DONE_WITHIN_S,
    )
    day = alerts[0]["pk"].rpartition(":")[2]
    expect("the alerts", [item["pk"] for item in alerts], [f"identity:{OTHER}:{day}"])
    if day not in (before, today()):
        raise Failed(f"expected an alert of {before}, or of the day that began since, saw one of {day}")
    expect("items of a session", system.items("SessionsTable", f"{STATION}:{json.loads(data)['transactionId']}"), [])


def today() -> str:
    """The date in UTC."""
    return datetime.now(timezone.utc).date().isoformat()


def make_unreadable(system: System, station: str) -> None:
    """Leaves a station with a connector that no version of the software wrote."""
    item = {"pk": {"S": station}, "sk": {"S": "connector#1-1"}, "version": {"N": "1"}, "body": {"S": "not JSON"}}
    system.cloud.client("dynamodb").put_item(TableName=system.resource("ConnectorsTable"), Item=item)


def connectors(system: System, station: str) -> set[str]:
    """The sort keys of what is stored of a station."""
    return {item["sk"] for item in system.items("ConnectorsTable", station)}
