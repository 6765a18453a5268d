"""What has to hold after a fault: old or new state, the exit code that says which, and a desk that just goes on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from tests.faults.desks import Ended, inside, reading
from ticketcli.services.auditing import verify

CHANGED_NOTHING = (2, 3, 4, 5, 6, 65, 75)
UNKNOWN = 74
INCOMPLETE = 7


class Accepted(NamedTuple):
    """The states that a call may leave; one of many commits may leave those between, each whole."""

    old: str
    new: str
    between: Collection[str] = ()

    def word(self, state: str) -> str:
        return "old" if state == self.old else "new" if state == self.new else "between"

    @property
    def changed(self) -> tuple[str, ...]:
        return (self.new, *self.between)


def complaints(done: Ended, after: str, accepted: Accepted, killed: bool) -> list[str]:
    """What a call and the state after it break."""
    wrong = []
    if after not in (accepted.old, *accepted.changed):
        wrong.append("a state between old and new")
    if "Traceback" in done.err or done.code == 1:
        wrong.append("a bug")
    if killed:
        return wrong
    if done.code in (0, INCOMPLETE) and after not in accepted.changed:
        wrong.append(f"exit {done.code} without the change")
    if done.code in CHANGED_NOTHING and after not in (accepted.old, *accepted.between):
        wrong.append(f"exit {done.code} with the change")
    if done.code not in (0, UNKNOWN, INCOMPLETE, *CHANGED_NOTHING):
        wrong.append(f"exit {done.code}")
    if done.code and " — " not in done.err:
        wrong.append("no word of what to do next")
    return wrong


def goes_on(desk: Path) -> None:
    """History verifies, and the next command works."""
    with reading(desk) as reader:
        assert verify(reader).flaws == ()
    done = inside(desk, ["create", "the next one", "-q"])
    assert done.code == 0, done
