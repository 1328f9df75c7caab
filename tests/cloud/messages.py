"""What stations say, as the contract has it."""

from datetime import datetime, timedelta, timezone
from typing import Any


def ago(minutes: float) -> str:
    """A time in the past, as stations write it."""
    return (datetime.now(timezone.utc) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def transaction(kind: str, name: str, number: int, minutes_ago: float, **more: Any) -> dict[str, Any]:
    """One message of a transaction; its id follows from the transaction and the number."""
    return {
        "messageId": f"{name}-{number}", "eventType": kind, "transactionId": name, "seqNo": number,
        "at": ago(minutes_ago), "evseId": 1, "connectorId": 1, "offline": True, **more,
    }


def started(name: str, token: str, number: int = 0, **more: Any) -> dict[str, Any]:
    """A vehicle begins to charge, 100 minutes ago."""
    return transaction("Started", name, number, 100, idToken=token, chargingState="Charging", registerWh=1_000_000, **more)


def parked(name: str, number: int = 1) -> dict[str, Any]:
    """It has taken 10 kWh and is full, 30 minutes ago."""
    return transaction("Updated", name, number, 30, chargingState="SuspendedEV", registerWh=1_010_000)


def ended(name: str, number: int = 2) -> dict[str, Any]:
    """It leaves now, after half an hour of parking."""
    return transaction("Ended", name, number, 0, chargingState="Idle", registerWh=1_010_000, stoppedReason="EVDisconnected")


def session(name: str, token: str) -> list[dict[str, Any]]:
    """A whole session."""
    return [started(name, token), parked(name), ended(name)]


def sample(minutes_ago: float, temperature_c: float = 30.0, evse: int = 1) -> dict[str, Any]:
    """One sample of an idle connector."""
    connector = {
        "evseId": evse, "connectorId": 1, "status": "Available", "voltageV": [230.1, 230.2, 229.9],
        "currentA": [0.0, 0.0, 0.0], "powerW": 0, "temperatureC": temperature_c, "registerWh": 500_000,
    }
    return {"at": ago(minutes_ago), "connectors": [connector]}


def telemetry(*samples: dict[str, Any]) -> dict[str, Any]:
    """A message of samples."""
    return {"samples": list(samples)}
