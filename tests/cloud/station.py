"""A station: an MQTT client with a certificate of its own."""

import json
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from cloud import Cloud
from environment import WORK
from waiting import Failed, eventually

ANSWERS_WITHIN_S = 60
KEEP_ALIVE_S = 30
REFUSED = 0x80
MQTT_ERR_NO_CONN = MQTTErrorCode.MQTT_ERR_NO_CONN


class NotSent(Failed):
    """There was no connection to send a message on."""


@dataclass(frozen=True)
class Certificate:
    """What a station proves itself with."""

    identity: str
    pem: str
    key: str

    def context(self, authority: Path) -> ssl.SSLContext:
        """TLS that shows this certificate and believes the broker's authority."""
        context = ssl.create_default_context(cafile=str(authority))
        folder = WORK / "certificates"
        folder.mkdir(mode=0o700, exist_ok=True)
        pair = folder / f"{self.identity}.pem"
        pair.write_text(self.pem + "\n" + self.key)
        context.load_cert_chain(str(pair))
        return context


class Station:
    """One connection; it is not made again when it is lost."""

    def __init__(self, cloud: Cloud, name: str, certificate: Certificate):
        self.name = name
        self._received: list[tuple[str, bytes]] = []
        self._granted: dict[int, list[int]] = {}
        self._answered = threading.Event()
        self._refusal: str | None = None
        self._lost = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv311, reconnect_on_failure=False
        )
        self._client.tls_set_context(certificate.context(cloud.authority))
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect
        try:
            self._client.connect("127.0.0.1", cloud.mqtt_port, KEEP_ALIVE_S)
            self._client.loop_start()
            self._answered.wait(ANSWERS_WITHIN_S)
        except OSError as error:
            self._refusal = str(error)

    @property
    def is_connected(self) -> bool:
        """Whether the broker has let the station in and not put it out since."""
        return self._client.is_connected() and not self._lost.is_set()

    def must_be_connected(self) -> "Station":
        """Says so when the broker has not let the station in."""
        if not self.is_connected:
            raise Failed(f"expected {self.name} to be connected, saw {self._refusal or 'no answer'}")
        return self

    def subscribe(self, topic: str) -> bool:
        """Whether the broker grants the subscription."""
        _, number = self._client.subscribe(topic, qos=1)
        if number is None:
            return False
        eventually(
            f"an answer to the subscription to {topic}",
            lambda: number in self._granted or self._lost.is_set(), ANSWERS_WITHIN_S,
        )
        return all(code < REFUSED for code in self._granted.get(number, [REFUSED]))

    def listen(self) -> "Station":
        """Subscribes to the topics of its own."""
        for kind in ("ack", "command"):
            if not self.subscribe(f"ev/v1/{self.name}/{kind}"):
                raise Failed(f"expected {self.name} to be granted its own {kind} topic, saw a refusal")
        return self

    def publish(self, topic: str, payload: bytes) -> bool:
        """Whether the broker has taken the message; `NotSent` when there was no connection to send it on."""
        message = self._client.publish(topic, payload, qos=1)
        if message.rc == MQTT_ERR_NO_CONN:
            raise NotSent(f"expected {self.name} to send a message on {topic}, saw {self._refusal}")
        eventually(
            f"the broker's answer to a message on {topic}",
            lambda: message.is_published() or self._lost.is_set(), ANSWERS_WITHIN_S,
        )
        return message.is_published()

    def send(self, kind: str, payload: dict[str, Any] | bytes) -> bytes:
        """Publishes on a topic of its own; the bytes that were sent."""
        sent = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        if not self.publish(f"ev/v1/{self.name}/{kind}", sent):
            raise Failed(f"expected the broker to take a {kind} of {self.name}, saw a disconnection")
        return sent

    def acks(self, message_id: str) -> list[dict[str, Any]]:
        """Every answer to a message so far."""
        answers = [json.loads(payload) for payload in self.messages(f"ev/v1/{self.name}/ack")]
        return [answer for answer in answers if answer["messageId"] == message_id]

    def ack(self, message_id: str, within: float, count: int = 1) -> dict[str, Any]:
        """The last answer to a message, once there are so many."""
        eventually(
            f"{count} answer(s) to {message_id}", lambda: len(self.acks(message_id)) >= count, within,
            lambda: self.acks(message_id),
        )
        return self.acks(message_id)[-1]

    def messages(self, topic: str) -> list[bytes]:
        """What came on a topic so far."""
        return [payload for received_on, payload in list(self._received) if received_on == topic]

    def wait_until_lost(self, within: float) -> bool:
        """Whether the broker ends the connection in time."""
        return self._lost.wait(within)

    def close(self) -> None:
        """Says goodbye."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, _client: Client, _data: object, _flags: object, reason: Any, _properties: object) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
        self._answered.set()

    def _on_subscribe(self, _client: Client, _data: object, number: int, reasons: list[Any], _properties: object) -> None:
        self._granted[number] = [reason.value for reason in reasons]

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._received.append((message.topic, bytes(message.payload)))

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: object, reason: Any, _properties: object
    ) -> None:
        self._refusal = self._refusal or f"a disconnection ({reason})"
        self._lost.set()
        self._answered.set()
