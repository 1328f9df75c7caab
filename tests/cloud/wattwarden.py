"""The operator's command line against the stack: loading a seed file and admitting stations."""

import json
import subprocess
from pathlib import Path

from cloud import Cloud
from deployment import STACK
from environment import binary
from station import Certificate
from waiting import Failed


def load(cloud: Cloud, seed: Path) -> None:
    """Loads a seed file into the tables of the stack."""
    run(cloud, "load", str(seed), "--stack", STACK)


def admit(cloud: Cloud, *stations: str) -> dict[str, Certificate]:
    """Admits stations; the certificate of each."""
    lines = [json.loads(line) for line in run(cloud, "admit", *stations, "--stack", STACK).splitlines()]
    return {
        line["station"]: Certificate(line["certificateId"], line["certificatePem"], line["privateKey"]) for line in lines
    }


def allow_claim(cloud: Cloud, station: str) -> None:
    """Puts a station on the list of those that may come with a claim certificate."""
    run(cloud, "admit", "--claim", station, "--stack", STACK)


def run(cloud: Cloud, *arguments: str) -> str:
    """Runs the command line; what it prints on standard output."""
    done = subprocess.run([binary("wattwarden"), *arguments], env=cloud.environment(), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"expected `wattwarden {' '.join(arguments)}` to succeed, saw {done.returncode}: {done.stderr[-500:]}")
    return done.stdout
