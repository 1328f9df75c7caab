"""Starts the emulator with every listener on loopback: it has a setting for that of HTTP, but none for that of MQTT."""

import asyncio
import runpy
from typing import Any

_create_server = asyncio.BaseEventLoop.create_server


async def _create_server_on_loopback(loop: Any, factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
    """What the event loop does, for this machine only."""
    return await _create_server(loop, factory, "127.0.0.1" if host == "0.0.0.0" else host, port, **options)


if __name__ == "__main__":
    asyncio.BaseEventLoop.create_server = _create_server_on_loopback  # type: ignore[method-assign, assignment]
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
