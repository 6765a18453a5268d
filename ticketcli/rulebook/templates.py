"""Which keys a template may name."""

from __future__ import annotations

from collections.abc import Iterator

from ticketcli.domain.template import holes, unclosed
from ticketcli.domain.ticket import Requester
from ticketcli.rulebook.known import Known
from ticketcli.rulebook.problems import Finding

_NUMBERS = ("id", "occurrences", "parent", "merged_into", "reopen_count", "comment_count", "version")
_TEXTS = ("subject", "description", "status", "priority", "category", "source", "team", "assignee", "asset")
_KEYS = ("dedup_key", "close_reason")
_INSTANTS = ("created_at", "updated_at", "status_since", "first_responded_at", "resolved_at", "closed_at")
_ACTIVITY = ("last_requester_at", "last_agent_at", "last_activity_at", "touched_at")
_REQUESTER = tuple(f"requester.{key}" for key in Requester._fields)
TEMPLATE_KEYS = (*_NUMBERS, *_TEXTS, *_KEYS, *_INSTANTS, *_ACTIVITY, *_REQUESTER, "labels", "watchers")
"""What `{{ key }}` may name, beside `fields.NAME`."""


MESSAGE_KEYS = ("message", "to", "rule")
"""What a template of a channel may name besides."""


def template_findings(
    text: str, known: Known, more: tuple[str, ...] = (), *, only: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Each `{{ key }}` that names no key of a ticket (nor one of `more`), and braces that never close.

    `only` are the keys where there is no ticket yet.
    """
    for key in holes(text):
        if only and key not in only:
            yield _unknown(key, known.nearest(key, only))
        elif not only and key not in more:
            yield from _key_findings(key, known, more)
    if unclosed(text):
        yield Finding("template", "`{{` without its `}}`: write {{ key }}", text=text[:80])


def _key_findings(key: str, known: Known, more: tuple[str, ...]) -> Iterator[Finding]:
    if key in TEMPLATE_KEYS:
        return
    head, _, name = key.partition(".")
    choices = [*more, *TEMPLATE_KEYS]
    if head == "fields" and name:
        if known.fields is None or name in known.fields:
            return
        choices = [f"fields.{field}" for field in known.fields]
    yield _unknown(key, known.nearest(key, choices))


def _unknown(key: str, suggestion: str) -> Finding:
    message = f"a template knows no {{{{ {key} }}}}"
    return Finding("unknown-key-in-template", message, text=key, suggestion=suggestion)
