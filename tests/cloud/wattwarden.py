"""The operator's command line against the stack: loading a seed file and admitting stations."""

import json
import shutil
import subprocess
from pathlib import Path

from cloud import Cloud
from deployment import STACK
from environment import WORK, binary
from station import Certificate
from waiting import Failed


KEYS = WORK / "keys"


def load(cloud: Cloud, seed: Path) -> None:
    """Loads a seed file into the tables of the stack."""
    run(cloud, "load", str(seed), "--stack", STACK)


def admit(cloud: Cloud, *stations: str) -> dict[str, Certificate]:
    """Admits stations; the certificate of each."""
    lines = [json.loads(line) for line in run(cloud, "admit", *stations, "--stack", STACK).splitlines()]
    return {
        line["station"]: Certificate(line["certificateId"], line["certificatePem"], line["privateKey"]) for line in lines
    }


def admit_into_files(cloud: Cloud, station: str) -> Certificate:
    """Admits a station and keeps certificate and key in files; the certificate."""
    shutil.rmtree(KEYS, ignore_errors=True)
    line = json.loads(run(cloud, "admit", station, "--out", str(KEYS), "--stack", STACK))
    key = Path(line["privateKeyFile"])
    if key.stat().st_mode & 0o077:
        raise Failed(f"expected {key} to be its owner's alone, saw mode {key.stat().st_mode:o}")
    return Certificate(line["certificateId"], Path(line["certificateFile"]).read_text(), key.read_text())


def allow_claim(cloud: Cloud, station: str) -> None:
    """Puts a station on the list of those that may come with a claim certificate."""
    run(cloud, "admit", "--claim", station, "--stack", STACK)


def rotate(cloud: Cloud, station: str) -> Certificate:
    """Gives a station a second certificate."""
    line = json.loads(run(cloud, "rotate", station, "--stack", STACK))
    return Certificate(line["certificateId"], line["certificatePem"], line["privateKey"])


def finish_rotation(cloud: Cloud, station: str, keep: Certificate) -> None:
    """Ends every certificate of a station but one."""
    run(cloud, "rotate", station, "--finish", keep.identity, "--stack", STACK)


def retire(cloud: Cloud, station: str) -> None:
    """Ends a station."""
    run(cloud, "retire", station, "--stack", STACK)


def refusal(cloud: Cloud, *arguments: str) -> str:
    """The one line with which the command line refuses something that cannot be done."""
    done = _done(cloud, *arguments, "--stack", STACK)
    if done.returncode != 2 or len(done.stderr.splitlines()) != 1:
        raise Failed(f"expected `wattwarden {' '.join(arguments)}` to be refused in one line, saw {done.returncode}: {done.stderr[-500:]}")
    return done.stderr.strip()


def run_against(cloud: Cloud, stack: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line against a stack of another name."""
    return _done(cloud, *arguments, "--stack", stack)


def run(cloud: Cloud, *arguments: str) -> str:
    """Runs the command line; what it prints on standard output."""
    done = _done(cloud, *arguments)
    if done.returncode:
        raise Failed(f"expected `wattwarden {' '.join(arguments)}` to succeed, saw {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _done(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([binary("wattwarden"), *arguments], env=cloud.environment(), capture_output=True, text=True)
