"""JSON of other systems: the mappings that ship, on payloads as those systems send them, and mappings themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ticketcli.config.intake_file import read_intake, shipped
from ticketcli.domain.signals import FIRING, RESOLVED, Signal
from ticketcli.errors import Invalid, NotFound
from ticketcli.intake.payload import Item, signals

SAMPLES = Path(__file__).parent / "samples"


def read(mapping: str, sample: str) -> list[Signal]:
    return signals(json.loads((SAMPLES / f"{sample}.json").read_text()), read_intake(mapping, None))


SAID: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "alertmanager-firing": ("alertmanager", [
        ("alertmanager 02f13394997e5689", FIRING, "DiskWillFill db3:9100 the disk of db3 fills up"),
        ("alertmanager 9a1f6ff2b3a0c111", RESOLVED, ""),
    ]),
    "grafana-firing": ("grafana", [("grafana 1 c6eadffa33fcdf37", FIRING, "High memory usage pod is at 97 %")]),
    "github-workflow-failure": ("github", [
        ("github workflow acme/shop CI main", FIRING, "acme/shop: CI fails on main"),
    ]),
    "github-workflow-success": ("github", [("github workflow acme/shop CI main", RESOLVED, "")]),
    "github-issue-opened": ("github", [("github issue acme/shop 42", FIRING, "Checkout times out")]),
    "github-issue-closed": ("github", [("github issue acme/shop 42", RESOLVED, "")]),
    "github-issue-labeled": ("github", []),
    "gitlab-pipeline-failed": ("gitlab", [
        ("gitlab pipeline acme/shop main", FIRING, "acme/shop: the pipeline fails on main"),
    ]),
    "gitlab-issue-close": ("gitlab", [("gitlab issue acme/shop 23", RESOLVED, "")]),
    "sentry-created": ("sentry", [("sentry 1170820242", FIRING, "TypeError: undefined is not a function")]),
    "sentry-resolved": ("sentry", [("sentry 1170820242", RESOLVED, "")]),
}  # fmt: skip


@pytest.mark.parametrize("sample", SAID)
def test_a_payload_says_what_is_broken_and_what_is_well(sample: str) -> None:
    mapping, wanted = SAID[sample]
    assert [(one.key, one.state, one.facts.get("subject", "")) for one in read(mapping, sample)] == wanted


def test_every_sample_is_read_and_every_mapping_that_ships_has_samples() -> None:
    assert sorted(path.stem for path in SAMPLES.glob("*.json")) == sorted(SAID)
    assert {mapping for mapping, _ in SAID.values()} == set(shipped())


def test_labels_become_facts() -> None:
    facts = read("alertmanager", "alertmanager-firing")[0].facts
    assert (facts["priority"], facts["asset"]) == ("urgent", "db3:9100")
    assert facts["labels"] == ["DiskWillFill", "eu", "node"]
    assert facts["fields"]["alert"]["severity"] == "critical"


def test_long_keys_are_told_apart_and_labels_without_a_word_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text('intake: [{name: a, each: all, key: "{{ k }}", ticket: {subject: s, labels: {from: t}}}]')
    tags: list[Any] = ["x", "", None, " ", "\u202e", 5, True, "a\nb"]
    first, second = signals({"all": [{"k": "k" * 900 + end, "t": tags} for end in "12"]}, read_intake(str(path), None))
    assert first.key != second.key and first.key[:400] == "k" * 400 and len(first.key) == 500
    assert first.facts["labels"] == ["x", "5", "true", "a b"]


PAYLOAD = {"a": {"b.c": [1, {"d": "x"}], "n": None, "list": ["p", "q"], "t": True}, "": 3}
PATHS = {
    "dotted": ("a.t", True),
    "into a list": ("a.list.1", "q"),
    "a pointer": ("/a/b.c/1/d", "x"),
    "from the top": ("$.a.list.0", "p"),
    "behind the end": ("a.list.2", None),
    "through a text": ("a.list.0.x", None),
    "nothing there": ("a.z", None),
    "null": ("a.n", None),
    "an empty key": ("/", 3),
}


@pytest.mark.parametrize(("path", "wanted"), PATHS.values(), ids=PATHS)
def test_a_path_is_looked_up(path: str, wanted: Any) -> None:
    assert Item(PAYLOAD, PAYLOAD).at(path) == wanted


def entry(**more: Any) -> dict[str, Any]:
    return {"name": "n", "key": "{{ id }}", "ticket": {"subject": "{{ title }}"}, **more}


def test_texts_of_a_payload_are_never_read_as_templates() -> None:
    (one,) = signals({"id": "{{ title }}", "title": "{{ id }} {{ $.secret }}"}, [entry()])
    assert (one.key, one.facts["subject"]) == ("{{ title }}", "{{ id }} {{ $.secret }}")


def test_what_machines_write_is_made_to_fit() -> None:
    ticket = {"subject": "{{ t }}", "labels": ["{{ l }}", "{{ none }}"], "category": {"from": "c", "default": "x"}}
    (one,) = signals({"id": 7, "t": "a\nb " * 400, "l": "w\x1b[31m " * 40}, [entry(ticket=ticket)])
    assert len(one.facts["subject"]) == 500 and "\n" not in one.facts["subject"]
    assert len(one.facts["labels"][0]) == 80 and one.facts["labels"][0].isprintable()
    assert one.facts["category"] == "x"


def test_a_payload_without_what_tells_things_apart_is_refused() -> None:
    with pytest.raises(Invalid, match="checks 2: nothing at id"):
        signals({"checks": [{"id": 1, "title": "x"}, {"title": "y"}]}, [entry(each="checks")])


def test_of_two_that_speak_of_one_thing_the_later_counts() -> None:
    items = [{"id": 1, "title": "a", "s": "down"}, {"id": 1, "title": "a", "s": "up"}]
    (one,) = signals(items, [entry(each="$", open={"s": "down"}, resolve={"s": "up"})])
    assert one.state == RESOLVED


@pytest.mark.parametrize("payload", [{}, {"Alerts": []}, [], "down"], ids=repr)
def test_a_payload_without_the_list_is_refused(payload: Any) -> None:
    with pytest.raises(Invalid, match="there is no list alerts in the payload"):
        signals(payload, [entry(each="alerts")])


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([entry(each="alerts"), entry(each="checks")], id="another list is there"),
        pytest.param([entry(each="alerts", when={"s": "down"})], id="the mapping asks when"),
        pytest.param([entry(each="alerts"), entry(open={"s": "down"})], id="an entry for the whole payload"),
        pytest.param([entry(each="checks")], id="an empty list"),
    ],
)
def test_what_a_mapping_passes_over_is_no_mistake(entries: list[dict[str, Any]]) -> None:
    assert signals({"checks": []}, entries) == []


def test_a_mapping_with_mistakes_names_each_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text('intake:\n  - {name: a, key: x, opne: {s: 1}, ticket: {subject: "{{ t }}", priorty: high}}\n')
    with pytest.raises(Invalid, match="opne") as caught:
        read_intake(str(path), None)
    assert str(path) in caught.value.message
    path.write_text('intake:\n  - {name: a, key: x, ticket: {subject: "{{ t }}", priorty: high}}\n')
    with pytest.raises(Invalid, match="priorty.*did you mean priority"):
        read_intake(str(path), None)


ENTRY = {"name": "a", "key": "k {{ id }}", "ticket": {"subject": "s"}}
MISTAKES: dict[str, tuple[Any, str]] = {
    "a key that does not close": ({**ENTRY, "key": "k {{ id }"}, r":1:\d+: `{{` without its `}}`"),
    "a comment that does not close": ({**ENTRY, "comment": "{{ id"}, "`{{` without its `}}`"),
    "a label that does not close": ({**ENTRY, "ticket": {"subject": "s", "labels": ["{{ id }"]}}, "without its"),
    "a priority": ({**ENTRY, "ticket": {"subject": "s", "priority": "hgh"}}, "did you mean high"),
    "a priority that a word becomes": (
        {**ENTRY, "ticket": {"subject": "s", "priority": {"from": "p", "values": {"P1": "urgnt"}}}}, "mean urgent",
    ),
    "a default": ({**ENTRY, "ticket": {"subject": "s", "source": {"from": "p", "default": "alrt"}}}, "mean alert"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_that_would_lose_tickets_later_is_found_when_the_mapping_is_read(tmp_path: Path, what: str) -> None:
    entry, said = MISTAKES[what]
    path = tmp_path / "m.yaml"
    path.write_text(json.dumps({"intake": [entry]}))
    with pytest.raises(Invalid, match=said):
        read_intake(str(path), None)


def test_what_a_mapping_may_leave_to_the_payload_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    levels = {"from": "level", "values": {"P1": "urgent", "P5": None, "P6": "", "*": "low"}}
    facts = {"subject": "a } {b}", "priority": levels, "source": "{{ origin }}", "fields": {"a": {"from": "{{"}}}
    path.write_text(json.dumps({"intake": [{**ENTRY, "ticket": facts}]}))
    assert read_intake(str(path), None)[0]["ticket"] == facts


def test_two_entries_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(json.dumps({"intake": [ENTRY, ENTRY]}))
    with pytest.raises(Invalid, match="the name a stands here twice"):
        read_intake(str(path), None)


def test_an_unknown_mapping_is_not_found() -> None:
    with pytest.raises(NotFound, match="gitub") as caught:
        read_intake("gitub", None)
    assert "github" in caught.value.hint
