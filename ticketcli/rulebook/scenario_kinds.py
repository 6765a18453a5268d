"""The `x-is` words of scenario files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ticketcli.domain import past, scenario_verbs
from ticketcli.domain.durations import parse_duration
from ticketcli.domain.expecting import RULE_KINDS
from ticketcli.domain.instants import Instant, parse_instant
from ticketcli.domain.scenario import moment
from ticketcli.errors import Invalid
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import Finding

_FIRST, _LAST = parse_instant("1900-01-01T00:00:00Z"), parse_instant("2200-01-01T00:00:00Z")
_SHARE = re.compile(r"\d{1,2}(\.\d{1,3})?%|100%", re.ASCII)


def _instant(value: str, known: Known) -> None:
    try:
        _near("bad-instant", value, parse_instant(value))
    except Invalid as error:
        raise Finding("bad-instant", f"{error.message}: {error.hint}", text=value) from None


def _near(code: str, value: str, at: Instant) -> None:
    if not _FIRST <= at < _LAST:
        raise Finding(code, f"{value} is too far away: scenarios play between 1900 and 2200", text=value)


def _moment(value: str, known: Known) -> None:
    try:
        _near("bad-moment", value, moment(value, 0))
    except Invalid as error:
        message = f"{error.message}: write an offset from the start such as +1h, or an instant with its zone"
        raise Finding("bad-moment", message, text=value) from None


def _every(value: str, known: Known) -> None:
    try:
        parse_duration(value)
    except Invalid as error:
        meant = "true" if value.lower() in ("yes", "on", "y") else ""
        raise Finding("bad-duration", f"{error.message}: {error.hint}", text=value, suggestion=meant) from None


def _share(value: str, known: Known) -> None:
    if not _SHARE.fullmatch(value):
        raise Finding("share", f"{value} is no share: write 0% to 100%", text=value)


def _given(value: str, known: Known) -> None:
    """A key that a scenario may give of a ticket."""
    top = value.partition(".")[0]
    if top in past.DERIVED:
        message = f"{value} follows from what happens and from the rules: a scenario cannot give it"
        raise Finding("derived", message, text=value)
    dotted = "." in value and top in ("requester", "fields", "external_ids")
    if not dotted and value not in (*past.GIVEN, *scenario_verbs.FLAGS):
        suggestion = known.nearest(value, past.GIVEN)
        raise Finding("unknown-key", f"a ticket has no key {value}", text=value, suggestion=suggestion)


def _verb(value: str, known: Known) -> None:
    if value not in scenario_verbs.PLAIN:
        suggestion = known.nearest(value, scenario_verbs.PLAIN)
        needs = value in scenario_verbs.VERBS or value == "create"
        message = f"{value} needs a value: write {{{value}: …}}" if needs else f"there is no verb {value}"
        raise Finding("unknown-verb", message, text=value, suggestion="" if needs else suggestion)


def _event(value: str, known: Known) -> None:
    if value not in RULE_KINDS:
        suggestion = known.nearest(value, RULE_KINDS)
        raise Finding("unknown-event", f"rules write no event {value}", text=value, suggestion=suggestion)


SCENARIO_KINDS: Mapping[str, Callable[[str, Known], None]] = {
    "instant": _instant,
    "moment": _moment,
    "every": _every,
    "share": _share,
    "given": _given,
    "verb": _verb,
    "event": _event,
}
