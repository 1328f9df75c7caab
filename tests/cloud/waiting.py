"""Waiting for what must become true."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSE_S = 0.1


class Failed(Exception):
    """A promise that was not kept; the text says what was expected and what was seen."""


def eventually(what: str, condition: Callable[[], T | None], within: float, seen: Callable[[], object] | None = None) -> T:
    """The first true result of `condition`, or `Failed` when none came in time; `seen` says what there was instead.

    A machine that is busy with something else may look seldom: it looks as often as an idle one before it gives up.
    """
    deadline, looks = time.monotonic() + within, 0
    while True:
        result = condition()
        if result:
            return result
        looks += 1
        if time.monotonic() >= deadline and looks >= within / PAUSE_S:
            instead = seen() if seen else result
            raise Failed(f"expected {what} within {within:g} s, saw {instead!r}")
        time.sleep(PAUSE_S)


def expect(what: str, seen: object, wanted: object) -> None:
    """Raises `Failed` unless `seen` is what was wanted."""
    if seen != wanted:
        raise Failed(f"expected {what} {wanted!r}, saw {seen!r}")
