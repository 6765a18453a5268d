"""`ticket rules help`: each code that can be told has a page, whose bad example has it and whose cured one has none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import ticketcli
from ticketcli.config.mapping_file import parse_mapping
from ticketcli.config.settings_file import parse_settings
from ticketcli.domain.instants import parse_instant
from ticketcli.domain.scenario import Broken
from ticketcli.errors import Invalid
from ticketcli.rulebook.check import check
from ticketcli.rulebook.files import MAX_BYTES, read_file
from ticketcli.rulebook.page import Files, Page
from ticketcli.rulebook.pages.table import PAGES
from ticketcli.rulebook.scenario_rules import DeskRules, ScenarioRules
from ticketcli.rulebook.scenarios import read_scenarios
from ticketcli.services.playing import play

SOURCE = Path(ticketcli.__file__).parent
NOW = parse_instant("2026-11-21T00:00:00Z")
OTHERS: dict[str, Callable[[bytes, str], object]] = {"ticketcli.yaml": parse_settings, "mapping.yaml": parse_mapping}
"""Files that are not rules, and what reads them."""
_CALL = r"(?:Finding|Wrong|BadPattern|_Stop|Issue|_note|note|report|_no_number|Problem|_read)\("
_CODE = r'"([a-z]+(?:-[a-z]+)*)"'
TOLD = re.compile(rf"{_CALL}\s*(?:f?\"[^\"]*\",|place,|mark,|at,|\(\*?[^()]*\),|\(1, 1\),)?\s*{_CODE}\s*,")


def told(example: Files, folder: Path) -> list[tuple[str, str]]:
    """Level and code of all problems of an example, which is written to the folder."""
    for name, text in example.items():
        if name.endswith("/"):
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    for name in OTHERS.keys() & example.keys():
        try:
            OTHERS[name]((folder / name).read_bytes(), name)
        except Invalid as refused:
            return [(problem["level"], problem["code"]) for problem in refused.details["problems"]]
        return []
    if "scenario.yaml" in example:
        path = str(folder / "scenario.yaml")
        ends = [
            case if isinstance(case, Broken) else play(case)
            for case in read_scenarios(read_file(path, path, MAX_BYTES), ScenarioRules(DeskRules()))
        ]
        return [("error", trouble.code) for end in ends for trouble in end.troubles]
    outermost = [name for name in example if not any(name != other and name.startswith(other) for other in example)]
    checked = check([str(folder / name) for name in outermost], complete=True, now=NOW)
    return [(problem.level, problem.code) for problem in checked.problems]


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.code)
def test_the_bad_example_has_the_problem_and_no_other(page: Page, tmp_path: Path) -> None:
    assert set(told(page.files(page.bad), tmp_path)) == {(page.level, page.code)}


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.code)
def test_the_cured_example_has_none(page: Page, tmp_path: Path) -> None:
    assert told(page.files(page.cured), tmp_path) == []


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    folders = (SOURCE / "rulebook", SOURCE / "domain" / "conditions", SOURCE / "config")
    texts = [path.read_text() for folder in folders for path in folder.rglob("*.py")]
    codes = {code for text in texts for code in TOLD.findall(text)}
    required = [what for text in texts for what in re.findall(r'require\("\w+", "([\w ]+)"', text)]
    referred = {f"unknown-{what.split()[-1]}" for what in required}
    words = {f"unknown-{word}" for word in ("choice", "kind", "priority", "source", "state", "who")}

    assert len(codes) > 50 and len(referred) > 4
    assert (codes - {"warning"}) | referred | words <= PAGES.keys()


def test_every_code_of_the_bad_files_has_a_page() -> None:
    texts = [path.read_text() for path in (Path(__file__).parent / "files" / "bad").iterdir()]

    assert {code for text in texts for code in re.findall(r"^#> .*\[([a-z-]+)\]$", text, re.MULTILINE)} <= PAGES.keys()


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.code)
def test_a_page_is_written_for_people(page: Page) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)+|[a-z]+", page.code)
    assert page.level in ("error", "warning")
    assert len(page.title) <= 90 and not page.title.endswith(".")
    assert page.meaning.endswith((".", "`")) and "  " not in page.meaning
