"""Stripe's events."""

import json

import messages
import stripe
from checks.sessions import ACKED_WITHIN_S, PAID_WITHIN_S, STATION, paid, price_minor
from report import promise
from system import Item, System
from waiting import Failed, eventually, expect


def waiting_debt(system: System) -> Item:
    """A debt that waits for its driver, whose bank wants to see them."""
    name = system.fresh("in-person")
    station = system.station(STATION)
    for message in messages.session(name, "CLOUD-2"):
        station.send("transaction", message)
    station.ack(f"{name}-2", ACKED_WITHIN_S)
    session = f"{STATION}:{name}"

    def debt() -> Item | None:
        return system.item("SessionsTable", session, "debt")

    def waits() -> Item | None:
        found = debt()
        return found if found and "requires_action" in str(found["body"]["state"]) else None

    eventually(f"the debt of {session} to wait for its driver", waits, PAID_WITHIN_S, debt)
    # Stripe tells of the refusal too, and that is looked at as well.
    told = f"Stripe's events about {session} to be dealt with"
    return eventually(told, lambda: dealt_with(system, session), PAID_WITHIN_S, debt)


def dealt_with(system: System, session: str) -> Item | None:
    """The debt of a session once every event about it has come and nobody is at work on it any more."""
    events = system.stripe.events(session)
    if not events or not all(system.items("SessionsTable", f"event#{one}") for one in events):
        return None
    # Read after the events: each marks the debt before it is remembered.
    debt = system.item("SessionsTable", session, "debt")
    return debt if debt and "due_collect" not in debt and not debt["body"]["claim"] else None


@promise
def an_event_with_a_wrong_signature_is_answered_400_and_moves_nothing(system: System) -> None:
    debt = waiting_debt(system)
    session = debt["pk"]
    [intent] = system.stripe.payments(session)
    body = stripe.event(session, intent["id"], "evt_" + system.fresh("forged").replace("-", "_"))
    before = system.items("SessionsTable", session)
    for signed in (stripe.signature(body, "whsec_somebody_else"), stripe.signature(body + b" ", stripe.WEBHOOK_SECRET), None):
        expect(f"the answer to {signed}", stripe.send(system.webhook_url, body, signed), 400)
    expect("the items of the session", system.items("SessionsTable", session), before)
    expect("a trace of the event", system.items("SessionsTable", f"event#{json.loads(body)['id']}"), [])


@promise
def only_stripes_signed_event_moves_a_payment_that_waits(system: System) -> str:
    debt = waiting_debt(system)
    session = debt["pk"]
    [intent] = system.stripe.payments(session)
    in_an_hour = messages.ago(-60)
    if debt["due_at"] < in_an_hour:
        raise Failed(f"expected a debt that nobody looks at before {in_an_hour}, saw one due at {debt['due_at']}")
    system.stripe.pay_in_person(intent["id"])
    expect("the amount paid", paid(system, session)["body"]["amount"]["minor"], price_minor())
    expect("payments at Stripe", [one["status"] for one in system.stripe.payments(session)], ["succeeded"])
    return f"was due again only at {debt['due_at']}"
