"""The adapters, held to what their ports promise, on tables of their own in the emulator."""

import subprocess

from environment import BINARIES, Missing
from report import promise
from system import System
from waiting import Failed


@promise
def every_adapter_keeps_every_promise_of_its_port(system: System) -> str:
    """The suites that the embedded database passes in `cargo test`."""
    program = BINARIES / "examples" / "promises"
    if not program.exists():
        raise Missing(f"{program} is not there: run without --no-build, or build it with `cargo build --locked --examples`")
    done = subprocess.run([program], env=system.cloud.environment(), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"expected every promise to be kept, saw {done.stdout} {done.stderr[-800:]}")
    return done.stdout.strip()
