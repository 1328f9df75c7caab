"""From a station's messages to money."""

import json
from decimal import ROUND_HALF_UP, Decimal

import messages
from report import promise
from system import Item, System
from waiting import Failed, eventually, expect

STATION = "cloud-001"
SITE = "cloud-site"
TOKEN = "CLOUD-1"
SPARE = "cable-type2-5m"
ACKED_WITHIN_S = 20
PAID_WITHIN_S = 30

# What the seed file's tariff says of 10 kWh and half an hour of parking.
ENERGY_KWH, PRICE_PER_KWH = Decimal(10), Decimal("0.40")
PARKED_H, PRICE_PER_H = Decimal("0.5"), Decimal("1.20")
VAT = Decimal("0.21")


def price_minor() -> int:
    """The price of a session, in cents."""
    before_vat = ENERGY_KWH * PRICE_PER_KWH + PARKED_H * PRICE_PER_H
    return int((before_vat * (1 + VAT) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def play(system: System, name: str, token: str = TOKEN) -> str:
    """Plays a whole session and waits for its acknowledgements; the session's key."""
    station = system.station(STATION)
    for message in messages.session(name, token):
        station.send("transaction", message)
    for message in messages.session(name, token):
        expect("an answer", station.ack(message["messageId"], ACKED_WITHIN_S)["result"], "stored")
    return f"{STATION}:{name}"


def paid(system: System, session: str, within: float = PAID_WITHIN_S) -> Item:
    """The debt of a session, once it is paid."""
    def debt() -> Item | None:
        return system.item("SessionsTable", session, "debt")

    def is_paid() -> Item | None:
        found = debt()
        return found if found and "succeeded" in str(found["body"]["state"]) else None

    return eventually(f"the debt of {session} to be paid", is_paid, within, debt)


@promise
def a_session_is_acknowledged_priced_and_paid_as_its_tariff_says(system: System) -> str:
    session = play(system, system.fresh("paid"))
    debt = paid(system, session)
    cdr = system.item("SessionsTable", session, "cdr#1")
    if not cdr:
        raise Failed(f"expected a CDR of {session}, saw none")
    expect("energy in the CDR", Decimal(str(cdr["body"]["total_energy"])), ENERGY_KWH)
    expect("a CDR in cents of", cdr["body"]["rounded_cost"]["incl_minor"], price_minor())
    expect("a debt in cents of", debt["body"]["amount"]["minor"], price_minor())
    payment = system.item("SessionsTable", session, "pay#1")
    expect("a payment in cents of", payment and payment["body"]["captured"]["minor"], price_minor())
    intents = system.stripe.payments(session)
    seen = [(one["status"], one["amount_received"], one["currency"]) for one in intents]
    expect("at Stripe", seen, [("succeeded", price_minor(), "eur")])
    return f"{price_minor()} cents"


@promise
def a_repeated_message_is_acknowledged_again_and_changes_nothing(system: System) -> None:
    name = system.fresh("repeated")
    session = play(system, name)
    paid(system, session)
    before = system.items("SessionsTable", session)
    station = system.station(STATION)
    [end] = [item["body"]["message"] for item in before if item["sk"] == "m#0000000002"]
    repeated = {**messages.ended(name), "at": end["at"]}
    station.send("transaction", repeated)
    expect("the second answer", station.ack(repeated["messageId"], ACKED_WITHIN_S, count=2)["result"], "stored")
    eventually("an empty transactions queue", lambda: system.depth("TransactionsQueue") == 0, 10)
    expect("the items of the session", lasting(system.items("SessionsTable", session)), lasting(before))
    expect("payments at Stripe", len(system.stripe.payments(session)), 1)


def lasting(items: list[Item]) -> list[Item]:
    """The items of a session without what the sweep adds to the head by itself: the number of the receipt."""
    def without_receipt(head: Item) -> Item:
        body = {key: value for key, value in head["body"].items() if key not in ("receipt", "dueAt", "version")}
        return {"pk": head["pk"], "sk": head["sk"], "body": body}

    return [without_receipt(item) if item["sk"] == "head" else item for item in items]


@promise
def a_message_by_basic_ingest_is_taken_as_well(system: System) -> None:
    station, message = system.station(STATION), messages.started(system.fresh("basic"), TOKEN)
    topic = f"$aws/rules/{system.output('TransactionRuleName')}/ev/v1/{STATION}/transaction"
    expect("whether the broker takes it to be", station.publish(topic, json.dumps(message).encode()), True)
    expect("the answer", station.ack(message["messageId"], ACKED_WITHIN_S)["result"], "stored")


@promise
def a_spare_that_was_used_is_counted_once(system: System) -> None:
    station, identity = system.station(STATION), system.fresh("spare")
    message = {"messageId": identity, "at": messages.ago(0), "item": SPARE, "moved": -1, "reason": "replaced"}
    before = on_hand(system)
    for count in (1, 2):
        station.send("stock", message)
        expect("the answer", station.ack(identity, ACKED_WITHIN_S, count)["result"], "stored")
    expect("pieces on hand", on_hand(system), before - 1)


def on_hand(system: System) -> int:
    """Spare cables at the site."""
    stock = system.item("AssetsTable", "site#cloud-site", f"stock#{SPARE}")
    if not stock:
        raise Failed(f"expected a stock of {SPARE}, saw none")
    return stock["body"]["on_hand"]
