"""The functions' roles are what lets them work, no less and no more."""

import messages
from checks.sessions import STATION, TOKEN
from permissions import without_actions
from report import promise
from system import System
from waiting import Failed, eventually, expect

REFUSED_WITHIN_S = 20
# The fifth delivery is the last, so the permission must be back before it.
OFFERED_AGAIN_AFTER_S = 10
ACKED_WITHIN_S = 60


@promise
def no_function_has_lacked_a_permission(system: System) -> str:
    logs = sorted(name for name in system.resources if name.endswith("Logs"))
    for name in logs:
        refused = refusals(system, name)
        if refused:
            raise Failed(f"expected no refused call in {name}, saw {refused[0]}")
    return f"{len(logs)} logs"


@promise
def without_one_permission_nothing_is_acknowledged_and_with_it_the_message_comes_through(system: System) -> None:
    station, message = system.station(STATION), messages.started(system.fresh("forbidden"), TOKEN)
    before = len(refusals(system, "RecordTransactionLogs"))
    with system.impatient("TransactionsQueue", OFFERED_AGAIN_AFTER_S):
        with without_actions(system, "RecordTransactionRole", ["dynamodb:PutItem"], on="SessionsTable"):
            station.send("transaction", message)
            eventually(
                "a refused write in the log", lambda: len(refusals(system, "RecordTransactionLogs")) > before,
                REFUSED_WITHIN_S,
            )
            expect("answers", station.acks(message["messageId"]), [])
            expect("items", system.items("SessionsTable", f"{STATION}:{message['transactionId']}"), [])
        expect("the answer", station.ack(message["messageId"], ACKED_WITHIN_S)["result"], "stored")


def refusals(system: System, group: str) -> list[str]:
    """What a function has logged of calls that the cloud has refused."""
    errors = (str(line.get("error") or line.get("message")) for line in system.log_lines(group))
    return [error for error in errors if "not authorized" in error or "AccessDenied" in error]
