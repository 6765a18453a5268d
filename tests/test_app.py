"""How one call is wired: its clock and its caller."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketcli.app import App, Call
from ticketcli.config.places import account
from ticketcli.domain.actors import Caller
from ticketcli.errors import NotPermitted

NOW = 1772442000


def app(desk: Path, settings: str = "sandbox: false\n", **given: object) -> App:
    (desk / "ticketcli.yaml").write_text(settings)
    return App(Call(desk=str(desk), **given), print)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        ("sandbox: false\n", {"writes": False}),
        ("sandbox: false\n", {"writes": True, "dry_run": True}),
        ("sandbox: true\n", {"writes": True}),
    ],
    ids=["read", "dry run", "sandbox"],
)
def test_the_time_may_be_named(tmp_path: Path, settings: str, given: dict[str, bool]) -> None:
    assert app(tmp_path, settings, now=NOW, **given).clock.now() == NOW


def test_the_time_of_a_write_may_not_be_named(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="--now is for reads, dry runs and sandbox desks"):
        _ = app(tmp_path, now=NOW, writes=True).clock


def test_the_caller_is_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app(tmp_path).caller == Caller(account(), account(), None, False)


def test_the_caller_may_act_for_a_person_and_in_a_class(tmp_path: Path) -> None:
    assert app(tmp_path, as_="ann", class_="requester").caller == Caller("ann", account(), "requester", False)


@pytest.mark.parametrize("by", ["CI", "bots"])
def test_pipelines_and_bots_are_automatic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    if by == "CI":
        monkeypatch.setenv("CI", "true")

    assert app(tmp_path, f"bots: [{account() if by == 'bots' else 'other'}]\n").caller.automatic is True


def test_sentences_obey_quiet_and_details_verbose(tmp_path: Path) -> None:
    heard: list[str] = []
    for given in (Call(), Call(quiet=True), Call(verbose=True)):
        one = App(given, heard.append)
        one.tell(f"told {given.quiet}")
        one.detail(f"detail {given.verbose}")

    assert heard == ["told False", "told False", "detail True"]


def test_verbose_says_which_desk_and_why(tmp_path: Path) -> None:
    heard: list[str] = []
    (tmp_path / "ticketcli.yaml").write_text("name: x\n")
    _ = App(Call(desk=str(tmp_path), verbose=True), heard.append).desk

    assert heard == [f"desk {tmp_path} (named by --desk)"]
