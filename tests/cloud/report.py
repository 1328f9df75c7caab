"""Checks, their order, and what became of them."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from system import System
from waiting import Failed

Check = Callable[[System], str | None]


@dataclass(frozen=True)
class Promise:
    """One check: its family, its name, and how to try it."""

    family: str
    name: str
    check: Check

    @property
    def words(self) -> str:
        """The promise as a sentence."""
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class Outcome:
    """What became of a check."""

    promise: Promise
    failure: str | None
    remark: str
    seconds: float


PROMISES: list[Promise] = []


def promise(check: Check) -> Check:
    """Enters a check, in the order of the files and of the functions in them."""
    PROMISES.append(Promise(check.__module__.rpartition(".")[2], check.__name__, check))
    return check


def selected(wanted: str | None) -> list[Promise]:
    """The checks of a family, or those whose name contains the word; all of them without one."""
    word = (wanted or "").replace("-", "_")
    return [one for one in PROMISES if not word or word == one.family or word in one.name]


def run(one: Promise, system: System) -> Outcome:
    """Tries one check and says at once what became of it."""
    print(f"  {one.family}: {one.words} ...", end="", flush=True)
    begin = time.monotonic()
    failure, remark = None, ""
    try:
        remark = one.check(system) or ""
    except Failed as error:
        failure = str(error)
    except Exception as error:  # a check that breaks must not keep the others from being tried
        failure = f"expected the check to run, saw {type(error).__name__}: {error}"
        traceback.print_exc()
    outcome = Outcome(one, failure, remark, time.monotonic() - begin)
    print(f" {'failed' if failure else 'kept'} ({outcome.seconds:.1f} s)", flush=True)
    if failure:
        print(f"    {one_line(failure)}", flush=True)
    return outcome


def table(outcomes: list[Outcome]) -> str:
    """The closing table."""
    width = max((len(outcome.promise.words) for outcome in outcomes), default=0)
    family = max((len(outcome.promise.family) for outcome in outcomes), default=0)
    lines = [
        f"{'FAILED' if outcome.failure else 'kept':6}  {outcome.promise.family:{family}}  "
        f"{outcome.promise.words:{width}}  {outcome.seconds:5.1f} s  {outcome.remark}".rstrip()
        for outcome in outcomes
    ]
    return "\n".join(lines)


def one_line(text: str) -> str:
    """A text without line breaks, of a length that can be read."""
    joined = " ".join(text.split())
    return joined if len(joined) <= 600 else joined[:597] + "..."
