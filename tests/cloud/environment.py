"""What the check needs before anything runs: a virtual environment, binaries, a place for its files. Standard library only."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or REPO / "target").resolve()
BINARIES = TARGET / "debug"
WORK = TARGET / "cloud"
VENV = WORK / "venv"
TEMPLATE = REPO / "infra" / "template.yaml"

OLDEST_PYTHON = (3, 11)


class Missing(Exception):
    """Something that the check needs is not there; the text says what, and the cure."""


def venv_python() -> Path:
    """The interpreter of the check's own virtual environment."""
    return VENV / "bin" / "python"


def prepare_venv() -> None:
    """Makes the virtual environment, unless it was made from the same requirements."""
    if sys.version_info < OLDEST_PYTHON:
        raise Missing("Python 3.11 or later is needed: install it and put it first in PATH")
    wanted = (HERE / "requirements.txt").read_text() + f"# python {sys.version_info.major}.{sys.version_info.minor}\n"
    made_from = VENV / "made-from.txt"
    if made_from.exists() and made_from.read_text() == wanted and venv_python().exists():
        return
    print(f"preparing {VENV.relative_to(TARGET.parent)}", flush=True)
    try:
        venv.create(VENV, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"a virtual environment cannot be made: install Python's venv module ({error})") from error
    log = WORK / "pip.log"
    install = [str(venv_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(HERE / "requirements.txt")]
    with log.open("w") as output:
        if subprocess.run(install, stdout=output, stderr=subprocess.STDOUT).returncode:
            raise Missing(f"the packages of requirements.txt cannot be installed: see {log}, then run this again with a network")
    made_from.write_text(wanted)


def build_binaries() -> None:
    """Builds every binary with the workspace's own profile."""
    if not shutil.which("cargo"):
        raise Missing("cargo is not in PATH: install a Rust toolchain, or use --no-build with binaries that are there")
    if subprocess.run(["cargo", "build", "--locked", "--bins", "--examples"], cwd=REPO).returncode:
        raise Missing("the workspace does not build: see the messages above")


def binary(name: str) -> Path:
    """A built binary of the workspace."""
    path = BINARIES / name
    if not path.exists():
        raise Missing(f"{path} is not there: run without --no-build, or build it with `cargo build --locked --bins`")
    return path


def strip_tool() -> str:
    """The program that takes symbols out of binaries."""
    tool = shutil.which("strip")
    if not tool:
        raise Missing("`strip` is not in PATH: install binutils")
    return tool
