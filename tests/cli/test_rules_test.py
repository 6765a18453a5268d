"""`ticket rules test`: what it answers in each form, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Ticket

SCENARIOS = """\
- name: closes after two silent days
  start: 2026-03-02T09:00:00+08:00
  ticket: {subject: Printer on fire, requester: {email: lee@x.cn}}
  timeline:
    - {at: +1h, do: resolve}
    - {sweep: 1h, until: +60h}
  expect: {status: closed, closed_at: 2026-03-04T10:00:00+08:00}
- name: 打印机 & <b>
  start: 2026-03-02T09:00:00+08:00
  ticket: {subject: Printer on fire, requester: {email: lee@x.cn}}
  timeline:
    - {at: +1h, do: resolve}
    - {sweep: 1h, until: +40h}
  expect:
    status: closed
    closed_at: 2026-03-04T09:00:00+08:00
    events: [routed, reminded, reminded, closed]
- name: a slip
  start: 2026-03-02T09:00:00+08:00
  ticket: {subject: Printer on fire, requestor: lee@x.cn}
"""
DIFF = Path(__file__).parent.parent / "golden/rules_test.txt"


@pytest.fixture
def scenarios(sandbox: Path, tmp_path: Path) -> str:
    (tmp_path / "s.yaml").write_text(SCENARIOS)
    return "s.yaml"


def test_the_default_scenarios_pass_on_a_new_desk(ticket: Ticket, sandbox: Path) -> None:
    code, out, err = ticket("rules", "test")

    assert (code, out) == (0, "")
    assert err.endswith(" passed\n") and "0 scenarios" not in err


def test_what_differs_is_read_at_a_glance(ticket: Ticket, scenarios: str) -> None:
    code, out, err = ticket("rules", "test", scenarios)

    assert code == 5
    assert out == DIFF.read_text(encoding="utf-8")
    assert err.splitlines()[0] == "3 scenarios: 1 passed, 1 failed, 1 error"


def test_long_texts_are_shown_where_they_part(ticket: Ticket, sandbox: Path, tmp_path: Path) -> None:
    words = "more than one payment a minute failed in the last hour " * 5
    head = "- {name: long, start: 2026-03-02T09:00:00Z, rules: {}, ticket: {subject: x, description: "
    (tmp_path / "s.yaml").write_text(f"{head}'{words}1 in all'}}, expect: {{description: '{words}120 in all'}}}}\n")
    row = ticket("rules", "test", "s.yaml").out.splitlines()[2]

    assert row.endswith("!  …nute failed in the last hour 120 in all  …nute failed in the last hour 1 in all")
    assert json.loads(ticket("rules", "test", "s.yaml", "-o", "json").out)["results"][0]["differences"][0]["got"] == (
        f"{words}1 in all"
    )


def test_a_long_text_beside_a_short_wish_is_cut(ticket: Ticket, sandbox: Path, tmp_path: Path) -> None:
    head = "- {name: long, start: 2026-03-02T09:00:00Z, rules: {}, ticket: {subject: x, description: "
    (tmp_path / "s.yaml").write_text(f"{head}{'long ' * 99}}}, expect: {{description: {{contains: short}}}}}}\n")
    row = ticket("rules", "test", "s.yaml").out.splitlines()[2]

    assert row.endswith(f"!  contains: short  {'long ' * 16}…")


def test_maps_in_a_list_are_told_apart(ticket: Ticket, sandbox: Path, tmp_path: Path) -> None:
    head = "- {name: two, start: 2026-03-02T09:00:00Z, rules: {}, ticket: {subject: x}, expect: "
    (tmp_path / "s.yaml").write_text(f"{head}{{any: [{{status: open, priority: low}}, {{status: closed}}]}}}}\n")

    assert "wanted [{status: open, priority: low}, {status: closed}], got false" in (
        ticket("rules", "test", "s.yaml", "-o", "github").out
    )


def test_json_holds_every_scenario(ticket: Ticket, scenarios: str) -> None:
    code, out, err = ticket("rules", "test", scenarios, "-o", "json")
    answer = json.loads(out)
    good, bad, broken = answer.pop("results")

    assert code == 5
    assert answer == {"passed": 1, "failed": 1, "errors": 1}
    assert good == {
        "name": "closes after two silent days", "file": "s.yaml", "line": 1, "outcome": "passed",
        "differences": [], "problems": [],
    }  # fmt: skip
    assert bad["differences"][1] == {
        "key": "closed_at", "wanted": "2026-03-04T01:00:00Z", "got": None, "at": "2026-03-03T17:00:00Z",
    }  # fmt: skip
    assert bad["differences"][2]["got"] == ["routed", "reminded"]
    assert (broken["outcome"], broken["problems"][0]["line"]) == ("error", 20)
    assert broken["problems"][0]["suggestion"] == "requester"


def test_junit_is_what_test_servers_read(ticket: Ticket, scenarios: str) -> None:
    code, out, err = ticket("rules", "test", scenarios, "-o", "junit")
    top = ElementTree.fromstring(out)
    good, bad, broken = top.findall("testsuite/testcase")

    assert code == 5
    assert top.attrib == {"tests": "3", "failures": "1", "errors": "1"}
    assert (bad.attrib["name"], bad.attrib["line"]) == ("打印机 & <b>", "8")
    assert list(good) == []
    assert "! closed" in bad[0].text.replace("  ", " ")  # type: ignore[union-attr]
    assert broken[0].tag == "error" and "requestor" in broken[0].attrib["message"]


def test_github_gets_an_annotation_for_each_line(ticket: Ticket, scenarios: str) -> None:
    code, out, err = ticket("rules", "test", scenarios, "-o", "github")

    assert code == 5
    assert out.splitlines()[0] == (
        "::error file=s.yaml,line=15,col=5,title=打印机 & <b>::"
        "status: wanted closed, got resolved at Wed 2026-03-04 01:00"
    )
    assert len(out.splitlines()) == 4


def test_a_name_cannot_write_markup_or_commands(ticket: Ticket, sandbox: Path, tmp_path: Path) -> None:
    name = "x\\e[2J\\n::error::y]]> \\x85"
    (tmp_path / "s.yaml").write_text(SCENARIOS.replace("打印机 & <b>", f'"{name}"'))

    for form in ("table", "junit", "github"):
        out = ticket("rules", "test", "s.yaml", "-o", form).out
        assert "\x1b" not in out and "\x85" not in out
        assert not any(line.startswith("::error::y") for line in out.splitlines())


def test_without_scenarios_there_is_nothing_to_test(ticket: Ticket, sandbox: Path) -> None:
    for path in (sandbox / "rules/tests").iterdir():
        path.unlink()
    (sandbox / "rules/tests").rmdir()
    code, out, err = ticket("rules", "test")

    assert (code, out) == (0, "")
    assert "nothing to test" in err


def test_a_folder_without_scenarios_says_so(ticket: Ticket, sandbox: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()

    assert ticket("rules", "test", "none") == (0, "", "no *.yaml in none: nothing to test\n0 scenarios: 0 passed\n")


def test_a_file_that_is_passed_over_is_told(ticket: Ticket, sandbox: Path) -> None:
    (sandbox / "rules/tests/more.yml").write_text(SCENARIOS)

    assert ticket("rules", "test").err.startswith("desk/rules/tests/more.yml: not read: scenario files end in .yaml\n")


def test_a_scenario_that_expects_nothing_is_told(ticket: Ticket, sandbox: Path, tmp_path: Path) -> None:
    scenario = "- {name: idle, start: 2026-03-02T09:00:00Z, ticket: {subject: x}, timeline: [{at: +1h, do: start}]}\n"
    (tmp_path / "s.yaml").write_text(scenario)

    assert ticket("rules", "test", "s.yaml") == (
        0, "", "s.yaml:1: 'idle' expects nothing, so it shows only that nothing is refused\n1 scenario: 1 passed\n",
    )  # fmt: skip


def test_a_file_that_is_not_there_is_not_found(ticket: Ticket, sandbox: Path) -> None:
    assert ticket("rules", "test", "nope.yaml").code == 3


def test_a_folder_stands_for_its_files(ticket: Ticket, scenarios: str) -> None:
    assert ticket("rules", "test", ".").err == ticket("rules", "test", "s.yaml").err


def test_without_a_desk_scenarios_need_rules_of_their_own(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("TICKETCLI_DESK", raising=False)
    own = "{name: own, start: 2026-03-02T09:00:00Z, rules: {}, ticket: {subject: x}, expect: {status: new}}"
    (tmp_path / "s.yaml").write_text(f"- {own}\n- {own.replace('rules: {}, ', '').replace('own', 'none')}\n")

    answer = json.loads(ticket("rules", "test", "s.yaml", "-o", "json").out)

    assert [result["outcome"] for result in answer["results"]] == ["passed", "error"]
    assert answer["results"][1]["problems"][0]["code"] == "no-rules"


def test_rules_that_do_not_check_are_an_error_of_each_scenario(ticket: Ticket, sandbox: Path, scenarios: str) -> None:
    (sandbox / "rules/priority.yaml").write_text("priority: [{name: x, set: hgh}]\n")
    code, out, err = ticket("rules", "test", scenarios, "-o", "json")

    assert code == 5
    assert json.loads(out)["errors"] == 3
    assert "rules/priority.yaml:1" in json.loads(out)["results"][0]["problems"][0]["message"]


def test_nothing_is_stored(ticket: Ticket, sandbox: Path, scenarios: str) -> None:
    before = (sandbox / "tickets.db").read_bytes()
    ticket("rules", "test", scenarios)

    assert (sandbox / "tickets.db").read_bytes() == before
    assert ticket("list", "-o", "ids").out == ""


def test_the_schema_of_scenarios_is_printed(ticket: Ticket, sandbox: Path) -> None:
    assert json.loads(ticket("rules", "schema", "scenario").out)["title"] == "ticketcli scenario file"


@pytest.fixture
def closed(ticket: Ticket, sandbox: Path) -> Path:
    """A ticket full of names, closed by rule after an outage."""
    eve = ("--requester", "eve@shop.example", "--body", "call Eve Miller, 555-1234", "--category", "server")
    ticket("create", "Outage: Eve Miller cannot pay", *eve, "--field", "phone=555-1234", "--asset", "till-7")
    ticket("comment", "1", "Dear Eve, done.", "--as", "dee", "--now", "2026-03-02T09:10:00+08:00")
    ticket("resolve", "1", "--as", "dee", "--now", "2026-03-02T09:10:00+08:00")
    for day in ("03T06:00", "03T10:00"):
        ticket("sweep", "--now", f"2026-03-{day}:00+08:00")
    return sandbox


def test_a_recorded_ticket_passes_at_once_and_holds_nothing_personal(ticket: Ticket, closed: Path) -> None:
    code, text, err = ticket("rules", "test", "--record", "1", "--now", "2026-03-05T09:00:00+08:00")
    (closed / "rules/tests/one.yaml").write_text(text)
    again = ticket("rules", "test", str(closed / "rules/tests/one.yaml"))

    assert (code, err) == (0, "")
    assert (again.code, again.err) == (0, "1 scenario: 1 passed\n")
    assert not any(word in text for word in ("Eve", "eve@", "Miller", "555", "till-7", "cannot pay"))
    assert "start: 2026-03-02T09:00:00+08:00" in text
    assert "status: closed" in text and "as: dee" in text


def test_words_that_rules_look_for_are_kept(ticket: Ticket, closed: Path) -> None:
    text = ticket("rules", "test", "--record", "1", "--now", "2026-03-05T09:00:00+08:00").out

    assert 'subject: "Outage: a subject"' in text and "priority: urgent" in text


def test_a_changed_rule_shows_in_a_recorded_ticket(ticket: Ticket, closed: Path) -> None:
    path = closed / "rules/tests/one.yaml"
    path.write_text(ticket("rules", "test", "--record", "1", "--now", "2026-03-05T09:00:00+08:00").out)
    rules = closed / "rules/autoclose.yaml"
    rules.write_text(rules.read_text().replace("after: 24h", "after: 36h"))

    answer = json.loads(ticket("rules", "test", str(path), "-o", "json").out)

    assert answer["failed"] == 1
    assert [one["key"] for one in answer["results"][0]["differences"]][:2] == ["status", "closed_at"]


def test_what_today_s_rules_refuse_is_left_out_and_told(ticket: Ticket, closed: Path) -> None:
    rules = closed / "rules/lifecycle.yaml"
    rules.write_text(rules.read_text().replace("[open, pending, resolved, closed]}", "[open, pending, closed]}"))
    code, text, err = ticket("rules", "test", "--record", "1", "--now", "2026-03-05T09:00:00+08:00")

    assert code == 0
    assert "resolved" not in text.partition("expect")[0]
    assert err.startswith("left out, for it cannot be done again by today's rules: +10m move: ")


@pytest.mark.parametrize(
    ("words", "code"), [(("--record", "99"), 3), (("--record", "1", "x.yaml"), 2), (("--record", "1", "-o", "json"), 2)]
)
def test_a_record_that_cannot_be_is_refused(ticket: Ticket, closed: Path, words: tuple[str, ...], code: int) -> None:
    assert ticket("rules", "test", *words).code == code
