"""The deployed system as the checks see it."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer

import deployment
import wattwarden
from cloud import Cloud
from station import Certificate, Station
from stripe import StripeDouble
from waiting import Failed, eventually

Item = dict[str, Any]

_plain = TypeDeserializer().deserialize


@dataclass
class System:
    """The cloud, the stack in it, the stations and the double of Stripe."""

    cloud: Cloud
    stripe: StripeDouble
    webhook_url: str
    outputs: dict[str, str]
    resources: dict[str, str]
    certificates: dict[str, Certificate]
    _stations: dict[str, Station] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def station(self, name: str) -> Station:
        """A connected station that listens to its own topics; made again when it was put out."""
        known = self._stations.get(name)
        if known and known.is_connected:
            return known
        made = Station(self.cloud, name, self.certificates[name]).must_be_connected().listen()
        self._stations[name] = made
        return made

    def fresh(self, word: str) -> str:
        """An id that no other check uses."""
        return f"{word}-{next(self._names)}"

    def resource(self, name: str) -> str:
        """The physical id of a resource."""
        try:
            return self.resources[name]
        except KeyError:
            raise Failed(f"expected a resource {name} in the template, saw none") from None

    def output(self, name: str) -> str:
        """An output of the stack."""
        try:
            return self.outputs[name]
        except KeyError:
            raise Failed(f"expected an output {name} of the stack, saw none") from None

    # ---- Tables

    def items(self, table: str, partition: str) -> list[Item]:
        """Every item of a partition, in order; `body` is read as JSON."""
        found = self.cloud.client("dynamodb").query(
            TableName=self.resource(table), ConsistentRead=True, KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [_read(item) for item in found["Items"]]

    def item(self, table: str, partition: str, sort: str) -> Item | None:
        """One item, or none."""
        return next((item for item in self.items(table, partition) if item["sk"] == sort), None)

    def everything(self, table: str) -> list[Item]:
        """Every item of a table."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(
            TableName=self.resource(table), ConsistentRead=True
        )
        return [_read(item) for page in pages for item in page["Items"]]

    def quarantined(self, data: bytes) -> list[Item]:
        """What the quarantine holds of these bytes."""
        return [item for item in self.everything("QuarantineTable") if item["data"] == data]

    # ---- Queues

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue."""
        name = "ApproximateNumberOfMessages"
        found = self.cloud.client("sqs").get_queue_attributes(QueueUrl=self.resource(queue), AttributeNames=[name])
        return int(found["Attributes"][name])

    @contextmanager
    def held(self, mapping: str, queue: str, count: int) -> Iterator[None]:
        """Holds a queue's reader back until so many messages wait, so that they make one batch."""
        client, identity = self.cloud.client("lambda"), self.resource(mapping)
        client.update_event_source_mapping(UUID=identity, Enabled=False)
        try:
            yield
            eventually(
                f"{count} messages in {queue}", lambda: self.depth(queue) == count, 20, lambda: self.depth(queue)
            )
        finally:
            client.update_event_source_mapping(UUID=identity, Enabled=True)

    @contextmanager
    def impatient(self, queue: str, seconds: int = 1) -> Iterator[None]:
        """A queue that offers a failed message again after a second or some, so that nobody has to wait for minutes."""
        client, url, name = self.cloud.client("sqs"), self.resource(queue), "VisibilityTimeout"
        before = client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        client.set_queue_attributes(QueueUrl=url, Attributes={name: str(seconds)})
        try:
            yield
        finally:
            client.set_queue_attributes(QueueUrl=url, Attributes={name: before})

    # ---- Logs

    def log_lines(self, group: str) -> list[dict[str, Any]]:
        """The JSON lines that a function has logged."""
        pages = self.cloud.client("logs").get_paginator("filter_log_events").paginate(logGroupName=self.resource(group))
        texts = (event["message"].strip() for page in pages for event in page["events"])
        return [json.loads(text) for text in texts if text.startswith("{")]

    def close(self) -> None:
        """Says goodbye for every station."""
        for station in self._stations.values():
            station.close()


def webhook_url(cloud: Cloud, resources: dict[str, str]) -> str:
    """Where the emulator serves the stack's webhook."""
    return f"{cloud.endpoint}/_aws/execute-api/{resources['WebhookApi']}/stripe/webhook"


def admitted(cloud: Cloud, *names: str) -> dict[str, Certificate]:
    """The certificates of stations that are admitted now."""
    return wattwarden.admit(cloud, *names)


def find_outputs(cloud: Cloud) -> tuple[dict[str, str], dict[str, str]]:
    """Outputs and resources of the stack."""
    return deployment.outputs(cloud), deployment.resources(cloud)


def _read(item: dict[str, Any]) -> Item:
    values = {name: _plain(value) for name, value in item.items()}
    plain = {name: value.value if isinstance(value, Binary) else value for name, value in values.items()}
    if "body" in plain:
        plain["body"] = json.loads(plain["body"])
    return plain
