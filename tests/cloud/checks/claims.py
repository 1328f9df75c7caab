"""Stations that come with a claim certificate, and are admitted once."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import messages
import wattwarden
from checks.sessions import ACKED_WITHIN_S
from report import promise
from station import Certificate, Station
from system import System
from waiting import Failed, eventually, expect

STATION = "cloud-003"
RACED = "cloud-005"
ATTEMPTS = 100
ANSWERED_WITHIN_S = 30


@promise
def a_station_on_the_list_gets_a_certificate_of_its_own(system: System) -> None:
    template = system.output("StationTemplateName")
    wattwarden.allow_claim(system.cloud, STATION)
    answer = provision(system, template, STATION)
    if answer.get("thingName") != STATION:
        raise Failed(f"expected the claim of {STATION} to be accepted, saw {answer.get('errorMessage', answer.keys())}")
    certificate = Certificate(answer["certificateId"], answer["certificatePem"], answer["privateKey"])
    station = Station(system.cloud, STATION, certificate).must_be_connected().listen()
    name = system.fresh("claimed")
    station.send("transaction", messages.started(name, "CLOUD-1"))
    expect("the answer", station.ack(f"{name}-0", ACKED_WITHIN_S)["result"], "stored")
    station.close()


@promise
def a_station_that_is_not_on_the_list_gets_nothing(system: System) -> None:
    template = system.output("StationTemplateName")
    stranger = system.fresh("stranger")
    answer = provision(system, template, stranger)
    if "thingName" in answer:
        raise Failed(f"expected {stranger} to be refused, saw {answer['thingName']}")


@promise
def a_claim_cannot_be_used_twice_and_operators_are_told(system: System) -> None:
    answer = provision(system, system.output("StationTemplateName"), STATION)
    if "thingName" in answer:
        raise Failed(f"expected a second claim of {STATION} to be refused, saw {answer['thingName']}")
    eventually(
        f"an alert about the claim of {STATION}",
        lambda: [item for item in system.everything("AlertsTable") if item["pk"].startswith(f"claim-reused:{STATION}:")],
        ANSWERED_WITHIN_S,
    )


@promise
def of_a_hundred_claims_at_once_one_is_allowed(system: System) -> None:
    function, template = system.resource("AdmitStation"), system.output("StationTemplateName")
    wattwarden.allow_claim(system.cloud, RACED)
    client = system.cloud.client("lambda")

    def invoke(number: int) -> bool:
        payload = json.dumps(claim(template, f"{number:064x}"))
        answer = json.load(client.invoke(FunctionName=function, Payload=payload)["Payload"])
        return answer.get("allowProvisioning") is True

    with ThreadPoolExecutor(ATTEMPTS) as pool:
        allowed = list(pool.map(invoke, range(ATTEMPTS)))
    expect("claims allowed", allowed.count(True), 1)


def claim(template: str, certificate: str) -> dict[str, Any]:
    """What AWS asks the hook."""
    return {
        "claimCertificateId": "c" * 64, "certificateId": certificate, "certificatePem": "", "clientId": RACED,
        "templateArn": f"arn:aws:iot:us-east-1:000000000000:provisioningtemplate/{template}",
        "parameters": {"SerialNumber": RACED},
    }


def provision(system: System, template: str, serial: str) -> dict[str, Any]:
    """What a new station does with the claim certificate: asks for its own, then for its name; both answers in one."""
    iot = system.cloud.client("iot")
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=system.output("ClaimPolicyName"), target=made["certificateArn"])
    certificate = Certificate(made["certificateId"], made["certificatePem"], made["keyPair"]["PrivateKey"])
    station = Station(system.cloud, f"claim-{serial}", certificate).must_be_connected()
    try:
        keys = ask(station, "$aws/certificates/create", {})
        if "certificateOwnershipToken" not in keys:
            raise Failed(f"expected a certificate for the claim of {serial}, saw {keys}")
        named = ask(station, f"$aws/provisioning-templates/{template}/provision", {
            "certificateOwnershipToken": keys["certificateOwnershipToken"], "parameters": {"SerialNumber": serial},
        })
        return {**keys, **named}
    finally:
        station.close()


def ask(station: Station, topic: str, question: dict[str, Any]) -> dict[str, Any]:
    """Publishes a question in JSON; the answer, whether accepted or rejected."""
    answers = [f"{topic}/json/accepted", f"{topic}/json/rejected"]
    for answer in answers:
        if not station.subscribe(answer):
            raise Failed(f"expected a claim to be granted {answer}, saw a refusal")
    station.publish(f"{topic}/json", json.dumps(question).encode())
    found = eventually(
        f"an answer on {topic}/json", lambda: [one for answer in answers for one in station.messages(answer)],
        ANSWERED_WITHIN_S,
    )
    return json.loads(found[0])
