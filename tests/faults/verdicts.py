"""What has to hold after a fault: old or new state, the exit code that says which, and a desk that just goes on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tests.faults.desks import Ended, state, sure

CHANGED_NOTHING = (2, 3, 4, 5, 6, 65, 75)
UNKNOWN = 74
INCOMPLETE = 7


def complaints(done: Ended, after: str, old: str, new: Collection[str], killed: bool) -> list[str]:
    """What a call and the state after it break. `new` are the states that its whole commits leave."""
    wrong = []
    if after != old and after not in new:
        wrong.append("a state between old and new")
    if "Traceback" in done.err or done.code == 1:
        wrong.append("a bug")
    if killed:
        return wrong
    if done.code in (0, INCOMPLETE) and after not in new:
        wrong.append(f"exit {done.code} without the change")
    if done.code in CHANGED_NOTHING and after != old:
        wrong.append(f"exit {done.code} with the change")
    if done.code not in (0, UNKNOWN, INCOMPLETE, *CHANGED_NOTHING):
        wrong.append(f"exit {done.code}")
    if done.code and " — " not in done.err:
        wrong.append("no word of what to do next")
    return wrong


def goes_on(desk: Path) -> str:
    """History verifies, the state is read, and the next command works; answers the state before that."""
    sure(desk, "audit", "verify")
    found = state(desk)
    sure(desk, "create", "the next one", "-q")
    return found
