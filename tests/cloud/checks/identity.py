"""A station can be nobody but itself; the broker sees to it."""

import json

import messages
from report import promise
from station import Certificate, NotSent, Station
from system import System
from waiting import Failed, expect

SELF = "cloud-002"
VICTIM = "cloud-001"
LOST_WITHIN_S = 60
ATTEMPTS = 5


@promise
def a_station_may_use_its_own_topics(system: System) -> None:
    station = connect(system).listen()
    name = system.fresh("own")
    station.send("transaction", messages.started(name, "CLOUD-1"))
    expect("the answer", station.ack(f"{name}-0", 20)["result"], "stored")
    station.send("telemetry", messages.telemetry(messages.sample(0)))
    expect("whether it is still connected to be", station.is_connected, True)
    station.close()


@promise
def a_station_cannot_connect_as_another(system: System) -> None:
    expect(f"whether {SELF} may connect as {VICTIM} to be", Station(system.cloud, VICTIM, system.certificates[SELF]).is_connected, False)


@promise
def a_station_cannot_publish_for_another(system: System) -> None:
    for kind in ("telemetry", "transaction", "stock", "commandResult"):
        message = json.dumps(messages.started(system.fresh("posing"), "CLOUD-1")).encode()
        station = posing(system, f"ev/v1/{VICTIM}/{kind}", message)
        expect(f"whether a {kind} of another ends the connection to be", station.wait_until_lost(LOST_WITHIN_S), True)
        expect("quarantined copies", system.quarantined(message), [])
    stolen = [item["pk"] for item in system.everything("SessionsTable") if f"{VICTIM}:posing" in item["pk"]]
    expect("sessions under the other's name", stolen, [])


@promise
def a_station_cannot_listen_to_another(system: System) -> None:
    for topic in (f"ev/v1/{VICTIM}/ack", f"ev/v1/{VICTIM}/command", "ev/v1/+/ack", "#"):
        station = connect(system)
        if station.subscribe(topic):
            raise Failed(f"expected {SELF} to be refused {topic}, saw it granted")
        station.close()


@promise
def a_certificate_without_a_thing_cannot_connect(system: System) -> None:
    iot = system.cloud.client("iot")
    made = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName=system.output("StationPolicyName"), target=made["certificateArn"])
    certificate = Certificate(made["certificateId"], made["certificatePem"], made["keyPair"]["PrivateKey"])
    expect("whether it may connect to be", Station(system.cloud, SELF, certificate).is_connected, False)


def posing(system: System, topic: str, message: bytes) -> Station:
    """A connection on which the message was sent; putting out one connection, the broker may put out the next along with it."""
    for _ in range(ATTEMPTS):
        station = connect(system)
        try:
            station.publish(topic, message)
            return station
        except NotSent:
            continue
    raise Failed(f"expected a message on {topic} to be sent, saw {ATTEMPTS} connections lost before")


def connect(system: System) -> Station:
    """A connection of its own."""
    return Station(system.cloud, SELF, system.certificates[SELF]).must_be_connected()
