"""From a sample to a person."""

import json

import messages
from report import promise
from system import System
from waiting import eventually, expect

STATION = "cloud-001"
TOLD_WITHIN_S = 30


def subscribed_queue(system: System, with_policy: bool = True) -> str:
    """A queue that hears everything that operators are told."""
    sqs, topic = system.cloud.client("sqs"), system.output("AlertsTopicArn")
    url = sqs.create_queue(QueueName=system.fresh("operators"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if with_policy:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    system.cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


@promise
def a_connector_that_is_too_hot_is_told_to_whoever_subscribed(system: System) -> str:
    url = subscribed_queue(system)
    hot = [messages.sample(minutes_ago=(12 - n) / 6, temperature_c=97.5, evse=2) for n in range(12)]
    system.station(STATION).send("telemetry", messages.telemetry(*hot))
    heard: list[dict] = []

    def told() -> dict | None:
        found = system.cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        heard.extend(json.loads(message["Body"]) for message in found.get("Messages", []))
        names = [envelope.get("MessageAttributes", {}).get("fault", {}).get("Value") for envelope in heard]
        return heard[names.index("overtemperature")] if "overtemperature" in names else None

    envelope = eventually("an alert about overtemperature", told, TOLD_WITHIN_S, lambda: heard)
    attributes = {name: one["Value"] for name, one in envelope["MessageAttributes"].items()}
    wanted = {"severity": "P1", "site": "cloud-site", "kind": "fault", "fault": "overtemperature"}
    expect("the attributes", {name: attributes.get(name) for name in wanted}, wanted)
    return envelope["Message"].splitlines()[0][:80]
