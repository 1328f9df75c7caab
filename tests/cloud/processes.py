"""Programs that run beside the check and end with it."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from environment import Missing

ENDS_WITHIN_S = 10


class Process:
    """A program in a process group of its own, so that whatever it starts ends with it."""

    def __init__(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], log: Path):
        self.name = name
        self.log = log
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                command, env=environment, cwd=log.parent, stdout=output, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )

    def must_run(self) -> None:
        """Says so when the program has ended by itself."""
        code = self._child.poll()
        if code is not None:
            raise Missing(f"{self.name} ended with {code}: see {self.log}")

    def stop(self) -> None:
        """Ends the program and whatever it has started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._child.pid, sign)
                self._child.wait(ENDS_WITHIN_S)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def plain_environment() -> dict[str, str]:
    """What every program gets of the caller's environment: nothing that could point to a real account."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
