"""A station is admitted, rotated and retired by an operator's commands."""

import wattwarden
from report import promise
from station import Certificate, Station
from system import System
from waiting import Failed, eventually, expect

STATION = "cloud-006"
REVOKED_WITHIN_S = 10


@promise
def a_station_keeps_its_old_certificate_until_the_rotation_is_finished(system: System) -> None:
    first = wattwarden.admit_into_files(system.cloud, STATION)
    expect_refusal(system, "key.pem", "rotate", STATION, "--out", str(wattwarden.KEYS))
    expect_refusal(system, first.identity, "admit", STATION)
    second = wattwarden.rotate(system.cloud, STATION)
    for certificate in (first, second):
        must_connect(system, certificate)
    expect_refusal(system, second.identity, "rotate", STATION)
    expect_refusal(system, "nothing was revoked", "rotate", STATION, "--finish", "0" * 64)
    wattwarden.finish_rotation(system.cloud, STATION, second)
    must_not_connect(system, first)
    must_connect(system, second)
    system.certificates[STATION] = second


@promise
def a_retired_station_is_nobody(system: System) -> None:
    certificate = system.certificates[STATION]
    wattwarden.retire(system.cloud, STATION)
    must_not_connect(system, certificate)
    expect_refusal(system, "not registered", "retire", STATION)
    expect_refusal(system, "not registered", "admit", STATION)
    expect("whether it is registered to be", system.item("AssetsTable", f"station#{STATION}", "station"), None)
    found = system.cloud.client("iot").list_certificates()["certificates"]
    expect("its certificate among those of the account", certificate.identity in [one["certificateId"] for one in found], False)


@promise
def what_is_no_stack_is_told_in_one_line(system: System) -> None:
    done = wattwarden.run_against(system.cloud, "nothing-of-the-kind", "export")
    expect("the exit code of export", done.returncode, 2)
    if "nothing-of-the-kind" not in done.stderr:
        raise Failed(f"expected the name of the stack in the error, saw {done.stderr}")


def expect_refusal(system: System, part: str, *arguments: str) -> None:
    """A command that is refused for a reason with this part in it."""
    refused = wattwarden.refusal(system.cloud, *arguments)
    if part not in refused:
        raise Failed(f"expected {part!r} in the refusal of {arguments}, saw {refused}")


def must_connect(system: System, certificate: Certificate) -> None:
    """The broker lets the station in with it."""
    Station(system.cloud, STATION, certificate).must_be_connected().close()


def must_not_connect(system: System, certificate: Certificate) -> None:
    """The broker does not let the station in with it, at the latest after a moment."""
    eventually(
        f"{STATION} to be refused with a certificate that has ended",
        lambda: not Station(system.cloud, STATION, certificate).is_connected, REVOKED_WITHIN_S,
    )
