"""What has to be there before a call: rules, files, and what happened on the desk until then."""

from __future__ import annotations

import json
from pathlib import Path

from tests.faults.desks import AFTERNOON, sure, url_of
from ticketcli.domain.instants import parse_instant
from ticketcli.ports import Filing
from ticketcli.stores import open_store

_CONFIRM = """
autoclose:
  - {name: asks, when: {status: resolved}, after: 1h, remind: [], confirm: supervisor, close: {reason: handled}}
"""
_HOURLY = """
schedules: [{name: hourly, cron: "0 * * * *", catch_up: all, ticket: {subject: "round of {{ time }}"}}]
"""
_WORKFLOW = {
    "action": "completed",
    "repository": {"full_name": "shop/web", "name": "web"},
    "workflow_run": {"name": "tests", "head_branch": "main", "conclusion": "failure"},
}


def nothing_more(desk: Path) -> None:
    """For calls that need the desk only."""


def held(desk: Path) -> None:
    """Ticket 4 is on hold."""
    sure(desk, "hold", "4", "--until", "2d")


def missed(desk: Path) -> None:
    """Ticket 1 has missed its first response."""
    sure(desk, "sweep", now=AFTERNOON)


def asked(desk: Path) -> None:
    """A rule asks a supervisor to confirm the close of ticket 2."""
    (desk / "rules/autoclose.yaml").write_text(_CONFIRM)
    sure(desk, "sweep")
    sure(desk, "sweep", now=AFTERNOON)


def removed(desk: Path) -> None:
    """A rule file is gone, so that the last good rulebook stays in force."""
    (desk / "rules/escalation.yaml").unlink()


def misfiled(desk: Path) -> None:
    """The index says of ticket 1 what is not so."""
    store = open_store(url_of(desk), str(desk))
    try:
        with store.write(at=parse_instant(AFTERNOON), run="misfiled") as tx:
            tx.refile(1, Filing("waiting", None, 0))
    finally:
        store.close()


def scheduled(desk: Path) -> None:
    """A schedule whose next ticket is due in an hour."""
    (desk / "rules/schedules.yaml").write_text(_HOURLY)
    sure(desk, "sweep")


def reported(desk: Path) -> None:
    """A report by which one test has passed that had failed, and two fail."""
    _report(desk, a="<failure/>")
    sure(desk, "intake", "junit", str(desk / "report.xml"), "--scope", "s")
    _report(desk, a="", b="<failure/>", c="<failure/>")


def _report(desk: Path, **cases: str) -> None:
    told = "".join(f"<testcase classname='s' name='{name}'>{end}</testcase>" for name, end in cases.items())
    (desk / "report.xml").write_text(f"<testsuite name='s'>{told}</testsuite>")


def alerted(desk: Path) -> None:
    """A payload by which an alert is over and another fires."""
    _alerts(desk, disk="firing")
    sure(desk, "intake", "alertmanager", str(desk / "payload.json"))
    _alerts(desk, disk="resolved", memory="firing")


def _alerts(desk: Path, **alerts: str) -> None:
    told = [{"fingerprint": name, "status": status, "labels": {"alertname": name}} for name, status in alerts.items()]
    (desk / "payload.json").write_text(json.dumps({"alerts": told}))


def broken(desk: Path) -> None:
    """A payload of a workflow that fails."""
    (desk / "payload.json").write_text(json.dumps(_WORKFLOW))
