"""Whatever is due and not done, every minute."""

import messages
from checks.sessions import ACKED_WITHIN_S, STATION, TOKEN
from report import promise
from system import System
from waiting import eventually, expect

# The schedule runs every minute.
SWEPT_WITHIN_S = 130
LONG_AGO = "2020-01-01T00:00:00.000000000Z"


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
    expect("the mark of what was due", (system.item("SessionsTable", session, "head") or {}).get("due_at"), None)
    lines = eventually("a line of the sweep", lambda: swept(system), 20)
    return f"{lines[-1]['due']} due, {lines[-1]['overdue']} overdue; flags {flags(cdr['body'])}"


def let_time_pass(system: System, session: str) -> None:
    """Makes the wait for a missing message long over."""
    system.cloud.client("dynamodb").update_item(
        TableName=system.resource("SessionsTable"), Key={"pk": {"S": session}, "sk": {"S": "head"}},
        UpdateExpression="SET due_at = :then", ConditionExpression="attribute_exists(due_at)",
        ExpressionAttributeValues={":then": {"S": LONG_AGO}},
    )


def swept(system: System) -> list[dict]:
    """The lines that the sweep has logged of runs which found something."""
    return [line for line in system.log_lines("SweepLogs") if line.get("message") == "swept" and line.get("due")]


def flags(cdr: dict) -> str:
    """The flags of a CDR, where it has any."""
    return ", ".join(cdr.get("flags", [])) or "none"
