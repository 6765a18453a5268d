"""Which rules a scenario is played by: the desk's, those of another directory, or those that stand in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from ticketcli.domain.builtin import EMPTY_RULEBOOK
from ticketcli.domain.rulebook import Rulebook, load_rulebook
from ticketcli.domain.scenario import Spot, Trouble
from ticketcli.errors import TicketError
from ticketcli.ports import Built, RuleFiles
from ticketcli.records import NamedTuple
from ticketcli.rulebook.check import check, check_document
from ticketcli.rulebook.files import SUFFIX
from ticketcli.rulebook.problems import Problem
from ticketcli.rulebook.reader import Document
from ticketcli.rulebook.scenarios import Place


class DeskRules(NamedTuple):
    """What a scenario without rules of its own is played by. Without a desk, `missing` says why there are none."""

    files: RuleFiles | None = None
    folder: str = ""
    notify_default: tuple[str, ...] = ()
    timezone: str = "UTC"
    missing: TicketError | None = None


Found = tuple[Rulebook | None, list[Trouble]]


class ScenarioRules:
    """Answers `scenarios.RulesOf`; each rulebook is read and compiled once."""

    def __init__(self, desk: DeskRules) -> None:
        self._desk = desk
        self._known: dict[str, Built] = {}
        self._compiled: dict[str, Rulebook] = {}

    def __call__(self, raw: Any, place: Place) -> Found:
        if isinstance(raw, Mapping):
            return self._inline(raw, place)
        if raw is not None:
            return self._directory(str(raw), place)
        if self._desk.files is None:
            missing = self._desk.missing
            hint = "name a desk with --desk, or give the scenario `rules:`"
            return None, [Trouble(place.spot(), "no-rules", f"{missing.message if missing else 'no rules'}: {hint}")]
        if "" not in self._known:
            self._known[""] = self._desk.files.built()
        return self._load_built("the desk's rules", self._known[""], place.spot())

    def _directory(self, path: str, place: Place) -> Found:
        """Relative to the scenario file, or to the desk."""
        around = [os.path.dirname(place.file), self._desk.folder]
        found = next((p for base in around if os.path.isdir(p := os.path.join(base, path))), None)
        if found is None:
            message = f"there is no folder {path}, neither beside this file nor in the desk"
            if any(os.path.lexists(os.path.join(base, path)) for base in around):
                message = f"{path} is no folder: name the one that the rule files stand in"
            return None, [Trouble(place.spot(), "no-rules", message, path)]
        if found not in self._known:
            checked = check([found], complete=True)
            if not checked.files:
                message = f"no *{SUFFIX} in {path}: where there are to be no rules, write {{}}"
                return None, [Trouble(place.spot(), "no-rules", message, path)]
            problems = tuple(problem.as_line() for problem in _errors(checked.problems))
            self._known[found] = Built(found, checked.files, checked.bound, problems)
        return self._load_built(path, self._known[found], place.spot())

    def _load_built(self, name: str, built: Built, spot: Spot) -> Found:
        if built.bound is None:
            more = f" (and {len(built.problems) - 1} more)" if len(built.problems) > 1 else ""
            return None, [Trouble(spot, "invalid-rules", f"{name} do not check: {built.problems[0]}{more}")]
        return self._load(built.bound, built.hash), []

    def _inline(self, raw: Mapping[str, Any], place: Place) -> Found:
        if not raw:
            return self._load(EMPTY_RULEBOOK, "builtin"), []
        depth = len(place.pointer)
        places = place.document.places
        below = {way[depth:]: at for way, at in places.items() if way[:depth] == place.pointer}
        checked = check_document(place.file, Document(raw, below))
        if checked.bound is None:
            prefix = place.spot().pointer
            return None, [_trouble(problem, prefix) for problem in _errors(checked.problems)]
        return load_rulebook(checked.bound, "inline", self._desk.notify_default, self._desk.timezone), []

    def _load(self, bound: Mapping[str, Any], hash: str) -> Rulebook:
        if hash not in self._compiled:
            self._compiled[hash] = load_rulebook(bound, hash, self._desk.notify_default, self._desk.timezone)
        return self._compiled[hash]


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.level == "error"]


def _trouble(problem: Problem, prefix: str) -> Trouble:
    spot = Spot(problem.line, problem.column, prefix + problem.pointer)
    return Trouble(spot, problem.code, problem.message, problem.text, problem.suggestion)
