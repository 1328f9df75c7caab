"""Whether a station is there."""

from report import promise
from station import Station
from system import Item, System
from waiting import eventually, expect

STATION = "cloud-002"
SEEN_WITHIN_S = 15


@promise
def connecting_and_leaving_are_written_down(system: System) -> None:
    system.resource("TrackPresence")
    station = Station(system.cloud, STATION, system.certificates[STATION]).must_be_connected()
    expect_state(system, "online")
    station.close()
    expect_state(system, "offline")


def expect_state(system: System, state: str) -> None:
    """Waits for the stored state of the station."""
    def presence() -> Item | None:
        return system.item("ConnectorsTable", STATION, "presence")

    def is_state() -> bool:
        found = presence()
        return found is not None and found["body"]["state"] == state

    eventually(f"{STATION} to be {state}", is_state, SEEN_WITHIN_S, presence)
    expect("the station of the presence", (presence() or {}).get("pk"), STATION)
