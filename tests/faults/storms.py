"""Kill storms: clients that work on one desk at once and are killed at random moments."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.faults.desks import Ended, command, environment, inside, sure

PATIENT = ("--lock-timeout", "60s")
LONGEST = 0.3
"""Seconds after which a client that is to be killed is killed at the latest."""
ROWS = 3
"""In each file that is imported."""


class Done(NamedTuple):
    """One call of a client: what it was to write, and whether it said that it did."""

    verb: str
    token: str
    ended: Ended


class Storm:
    """`clients` threads call verbs in turn until `kills` calls were killed; every other call runs to its end."""

    def __init__(self, desk: Path, seed: int, kills: int, clients: int = 8) -> None:
        self.desk, self.seed, self.kills, self.clients = desk, seed, kills, clients
        self.done: list[Done] = []
        self.killed = 0
        self._counting = threading.Lock()

    def rage(self) -> Storm:
        """Returns when all clients have ended."""
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(self.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def told_of_every_import(self) -> Storm:
        """The storm, as if every import had ended well."""
        well = [one._replace(ended=Ended(0, "", "")) if one.verb == "import" else one for one in self.done]
        self.done = well
        return self

    def _client(self, number: int) -> None:
        chance = random.Random(f"{self.seed}/{number}")
        turn = number
        while self.killed < self.kills:
            verb, token = list(VERBS)[turn % len(VERBS)], f"token{number}x{turn}x"
            kill_after = chance.uniform(0, LONGEST) if chance.random() < 0.6 else None
            ended = self._call(VERBS[verb](self.desk, token), kill_after)
            self.done.append(Done(verb, token, ended))
            turn += 1

    def _call(self, args: list[str], kill_after: float | None) -> Ended:
        process = subprocess.Popen(
            command(*args), env=environment(self.desk), text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        out, err = process.communicate(timeout=120)
        if process.returncode == -9:
            with self._counting:
                self.killed += 1
        return Ended(process.returncode, out, err)


def _import(desk: Path, token: str) -> list[str]:
    """A file of its own for each call, in commits of two rows and one."""
    file = desk.parent / f"{token}.csv"
    file.write_text("Title,Id\n" + "".join(f"{token}row{row},{row}\n" for row in range(ROWS)))
    return ["import", str(file), "--map", "Title=subject", "--map", "Id=key", "--batch", "2", "-q", *PATIENT]


VERBS: dict[str, Callable[[Path, str], list[str]]] = {
    "create": lambda desk, token: ["create", token, "-q", *PATIENT],
    "comment": lambda desk, token: ["comment", "1", token, "-q", *PATIENT],
    "list": lambda desk, token: ["list", "-o", "ids"],
    "set": lambda desk, token: ["set", "2", f"fields.{token}=yes", "-q", *PATIENT],
    "sweep": lambda desk, token: ["sweep", "-q", *PATIENT],
    "import": _import,
}


def _imported(subjects: list[str], token: str) -> int:
    """1 when every row of that import is there once, 0 while one is missing, more when one is there twice."""
    counts = [subjects.count(f"{token}row{row}") for row in range(ROWS)]
    return max(counts) if max(counts) > 1 else min(counts)


def end_imports(desk: Path, storm: Storm) -> None:
    """Runs every import again: what was killed goes on where it stood, and what had ended adds nothing."""
    for one in storm.done:
        if one.verb == "import":
            again = inside(desk, _import(desk, one.token))
            assert again.code == 0, again


def lost(desk: Path, storm: Storm) -> list[str]:
    """What the storm broke: ends that are no ends, acknowledged changes that are not there, changes there twice."""
    wrong = [f"{one}" for one in storm.done if one.ended.code not in (0, -9) or "Traceback" in one.ended.err]
    sure(desk, "audit", "verify")
    tickets = json.loads(sure(desk, "list", "status:any", "--json"))
    subjects = [ticket["subject"] for ticket in tickets]
    numbers = {ticket["subject"]: ticket["id"] for ticket in tickets}
    comments = [event["data"].get("text") for event in json.loads(sure(desk, "log", "1", "--json"))]
    fields = json.loads(sure(desk, "show", "2", "--json"))["fields"] or {}
    there: dict[str, Callable[[str], int]] = {
        "create": subjects.count,
        "comment": comments.count,
        "set": lambda token: int(token in fields),
        "import": lambda token: _imported(subjects, token),
    }
    for one in storm.done:
        if one.verb not in there:
            continue
        times = there[one.verb](one.token)
        if times > 1 or (one.ended.code == 0 and times != 1):
            wrong.append(f"{one.verb} {one.token} is there {times} times: {one.ended}")
        if one.verb == "create" and one.ended.out.strip() not in ("", str(numbers.get(one.token))):
            wrong.append(f"the number of {one.token} is {numbers.get(one.token)}, not {one.ended.out.strip()}")
    if len({ticket["id"] for ticket in tickets}) != len(tickets):
        wrong.append("a number was given twice")
    return wrong
