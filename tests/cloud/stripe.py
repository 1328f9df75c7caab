"""The double of Stripe beside the cloud, and webhook calls of our own making."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from environment import WORK, binary
from processes import Process, plain_environment
from waiting import eventually

KEY = "sk_test_cloud_check"
WEBHOOK_SECRET = "whsec_cloud_check"
CUSTOMERS = {"cus_cloud_1": "pm_card_visa", "cus_cloud_2": "pm_card_authenticationRequired"}

READY_WITHIN_S = 15

# See CONCERNING in functions/receive-stripe-event.
ACTED_UPON = tuple(
    f"payment_intent.{what}" for what in
    ("amount_capturable_updated", "canceled", "payment_failed", "processing", "requires_action", "succeeded")
)


class StripeDouble:
    """A running double that sends its events to the webhook of the stack."""

    def __init__(self, port: int, webhook_url: str):
        self.base = f"http://127.0.0.1:{port}"
        customers = [word for pair in CUSTOMERS.items() for word in ("--customer", "=".join(pair))]
        command = [
            str(binary("stripe-double")), "--port", str(port), "--key", KEY,
            "--webhook-url", webhook_url, "--webhook-secret", WEBHOOK_SECRET, *customers,
        ]
        self.process = Process("stripe-double", command, plain_environment(), WORK / "stripe-double.log")
        eventually("a double of Stripe that listens", self._listens, READY_WITHIN_S)

    def payments(self, session: str) -> list[dict[str, Any]]:
        """The payment intents of a session."""
        found = self._call("GET", "/v1/payment_intents?limit=100")["data"]
        return [intent for intent in found if intent["metadata"].get("session") == session]

    def events(self, session: str) -> list[str]:
        """The ids of the events about a session's payment that the webhook acts upon."""
        found = self._call("GET", "/v1/events?limit=100")["data"]
        return [
            one["id"] for one in found
            if one["type"] in ACTED_UPON and one["data"]["object"].get("metadata", {}).get("session") == session
        ]

    def pay_in_person(self, intent: str) -> dict[str, Any]:
        """What a driver does in front of their bank's page: pays the intent, with another card."""
        return self._call("POST", f"/v1/payment_intents/{intent}/confirm", {"payment_method": "pm_card_visa"})

    def stop(self) -> None:
        """Ends the double."""
        self.process.stop()

    def _listens(self) -> bool:
        self.process.must_run()
        return b"listening" in self.process.log.read_bytes()

    def _call(self, method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.base + path, data, {"Authorization": f"Bearer {KEY}"}, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def event(session: str, intent: str, identity: str) -> bytes:
    """An event that says a session's payment has succeeded, as Stripe writes it."""
    subject = {"id": intent, "object": "payment_intent", "status": "succeeded", "metadata": {"session": session}}
    return json.dumps({"id": identity, "object": "event", "type": "payment_intent.succeeded", "data": {"object": subject}}).encode()


def signature(body: bytes, secret: str) -> str:
    """The `Stripe-Signature` header of a body that is sent now."""
    at = str(int(time.time()))
    tag = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={tag}"


def send(url: str, body: bytes, signed: str | None) -> int:
    """Calls the webhook; the status of its answer."""
    headers = {"Content-Type": "application/json", **({"Stripe-Signature": signed} if signed else {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
