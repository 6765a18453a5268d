"""What a scenario expects, compiled: read like `when`, and besides missing keys, instants, sets, events and messages.

Everything that is wrong with an expectation is found here, before the scenario is played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ticketcli.domain.cases import case_of
from ticketcli.domain.conditions import Vocabulary, compile_condition, parse_condition
from ticketcli.domain.conditions.model import Pointer
from ticketcli.domain.conditions.text import as_text
from ticketcli.domain.document import FACTS as KEYS
from ticketcli.domain.document import ticket_output
from ticketcli.domain.durations import format_duration
from ticketcli.domain.events import Event, Message
from ticketcli.domain.facts import FACTS, INSTANT, LIST, SILENT, SLA, TIMED, WITHIN, find_fact, silence_start
from ticketcli.domain.instants import Instant, format_instant, parse_instant
from ticketcli.domain.nearest import nearest
from ticketcli.domain.rulebook import Rulebook
from ticketcli.domain.scenario import MOST_TROUBLES, Expected, Seen, Spot, Trouble, moment
from ticketcli.domain.ticket import TARGETS
from ticketcli.domain.words import word_key
from ticketcli.errors import Invalid

RULE_KINDS = (
    *(
        "prioritised",
        "routed",
        "watched",
        "labelled",
        "assigned",
        "changed",
        "commented",
        "moved",
        "resolved",
        "closed",
    ),
    *("reopened", "sla_met", "sla_warned", "sla_breached", "escalated", "reminded", "delivered", "undelivered"),
    *("postponed", "confirm_asked", "lapsed", "unheld", "rule_loop"),
)
"""The kinds of events that rules write."""
SpotOf = Callable[[Pointer], Spot]
VIEW = ("sla", "autoclose", "turn", "wake_at")
_GROUPS = ("all", "any", "not")
_SETS = ("labels", "watchers")


def expectations(
    raw: Mapping[str, Any], book: Rulebook, start: Instant, spot: SpotOf
) -> tuple[tuple[Expected, ...], list[Trouble]]:
    """The compiled expectations of a mapping, and what is wrong with it. `spot` tells where a key below it stands."""
    words = Vocabulary(book.lifecycle.statuses, book.teams, book.people, book.calendars.raw, book.fields)
    reading = _Reading(words, book, start, spot)
    made = []
    for key, value in raw.items():
        made.append(reading.one(str(key), value))
        if len(reading.troubles) >= MOST_TROUBLES:
            break
    return tuple(one for one in made if one is not None), reading.troubles


class _Reading:
    def __init__(self, words: Vocabulary, book: Rulebook, start: Instant, spot: SpotOf) -> None:
        self.words, self.book, self.start, self.spot = words, book, start, spot
        self.troubles: list[Trouble] = []

    def one(self, key: str, value: Any) -> Expected | None:
        if key == "events":
            return self.of_events(value)
        if key == "messages":
            return self.of_messages(value)
        fact = find_fact(key)
        plain = not isinstance(value, dict)
        if key.partition(".")[0] in VIEW and plain and (fact is None or value is None):
            return self.of_view(key, value)
        if plain and value is None and fact is not None:
            return self.made(key, value, lambda seen: _missing(fact.get(seen.ticket)))
        if plain and fact is not None and fact.type == INSTANT:
            return self.of_instant(key, value, lambda seen: fact.get(seen.ticket))
        if plain and fact is not None and fact.type == LIST:
            wanted = [str(word) for word in (value if isinstance(value, list) else [value])]
            return self.made(key, value, partial(_same_words, key, wanted))
        if key.startswith("fields.") and isinstance(value, list):
            return self.of_field(key, value)
        return self.of_condition(key, value)

    def made(
        self, key: str, wanted: Any, test: Callable[[Seen], bool], got: Callable[[Seen], Any] | None = None
    ) -> Expected:
        return Expected(key, self.spot((key,)), wanted, test, got or partial(value_of, key))

    def of_condition(self, key: str, value: Any) -> Expected | None:
        node, issues = parse_condition({key: value}, self.words)
        for issue in [issue for issue in issues if issue.level == "error"][:MOST_TROUBLES]:
            suggestion = issue.suggestion
            if issue.code == "unknown-fact":
                near = nearest(issue.text, [*FACTS, *KEYS, *VIEW, "events", "messages"]) or suggestion
                suggestion = near if near != issue.text else ""
            self.troubles.append(Trouble(self.spot(issue.pointer), issue.code, issue.message, issue.text, suggestion))
        if node is None:
            return None
        condition = compile_condition(node, self.book.calendars)
        got = (lambda seen: False) if key in _GROUPS else partial(value_of, key)
        if key == "silent" and isinstance(value, dict):
            got = partial(_silence_of, str(value.get("who", "anyone")))
        return self.made(key, value, lambda seen: condition.ask(case_of(seen.ticket, self.book, seen.now)).value, got)

    def of_field(self, key: str, value: list[Any]) -> Expected | None:
        """A list of the desk's own fields is wanted as it is; of any other field one of these values."""
        declared = None if self.words.fields is None else self.words.fields.get(key.removeprefix("fields."))
        one_of = None if declared and declared.get("type") == "list" else self.of_condition(key, value)

        def test(seen: Seen) -> bool:
            got = value_of(key, seen)
            if isinstance(got, list):
                return [as_text(item) for item in got] == [as_text(item) for item in value]
            return one_of is not None and one_of.test(seen)

        return self.made(key, value, test)

    def of_instant(self, key: str, value: Any, get: Callable[[Seen], Any]) -> Expected | None:
        try:
            wanted = moment(str(value), self.start)
        except Invalid as error:
            said = f"{error.message}: write an instant with its zone, or an offset from the start such as +1h"
            self.trouble(key, "bad-instant", said, str(value))
            return None
        return self.made(key, format_instant(wanted), lambda seen: get(seen) == wanted)

    def of_view(self, key: str, value: Any) -> Expected | None:
        root, _, inner = key.partition(".")
        if not _is_view_key(key):
            near = nearest(key, [*VIEW, *(f"sla.{target}" for target in TARGETS), "autoclose.close_at"])
            self.trouble(key, "unknown-fact", f"a ticket has no key {key}", key, near)
            return None
        if value is not None and (root == "wake_at" or inner.rpartition(".")[2] in _VIEW_INSTANTS):
            return self.of_instant(key, value, lambda seen: _instant_or_none(value_of(key, seen)))
        if value is None:
            return self.made(key, value, lambda seen: _missing(value_of(key, seen)))
        return self.made(key, value, lambda seen: value_of(key, seen) == value)

    def of_events(self, value: Any) -> Expected | None:
        wanted = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []

        def rows(seen: Seen) -> tuple[Event, ...]:
            known = seen.events if wanted else seen.events[seen.born :]
            return tuple(event for event in known if not wanted or event.kind in wanted)

        def kinds(seen: Seen) -> list[str]:
            return [event.kind for event in rows(seen)]

        return self.made("events", wanted, lambda seen: kinds(seen) == wanted, kinds)._replace(rows=rows)

    def of_messages(self, value: Any) -> Expected | None:
        wanted = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
        named = [str(entry["rule"]) for entry in wanted if "rule" in entry]
        keys = [key for key in ("to", "rule", "via") if not wanted or any(key in entry for entry in wanted)]

        def told(seen: Seen) -> list[Message]:
            return [message for message in seen.messages if message.state != "unaddressed"]

        def counted(seen: Seen) -> list[Message]:
            if len(named) < len(wanted) or not wanted:
                return told(seen)
            return [message for message in told(seen) if any(_by_rule(message, rule) for rule in named)]

        def test(seen: Seen) -> bool:
            found = counted(seen)
            return len(found) == len(wanted) and all(map(_fits, found, wanted))

        def got(seen: Seen) -> list[dict[str, str]]:
            came = counted(seen) or told(seen)  # a slip in the name of a rule is seen by what came instead
            rows = ({"to": m.to, "rule": m.rule.partition("/")[2], "via": m.via} for m in came)
            return [{key: row[key] for key in keys} for row in rows]

        return self.made("messages", wanted, test, got)

    def trouble(self, key: str, code: str, message: str, text: str = "", suggestion: str = "") -> None:
        self.troubles.append(Trouble(self.spot((key,)), code, message, text, suggestion))


_VIEW_INSTANTS = ("due_at", "met_at", "breached_at", "since", "close_at")
_VIEW_KEYS = {
    "sla": ("policy", "state", "due_at", "met_at", "breached_at", "elapsed", "remaining"),
    "autoclose": ("rule", "since", "close_at"),
}


def _is_view_key(key: str) -> bool:
    root, *inner = key.split(".")
    if root == "sla" and inner:
        return inner[0] in TARGETS and (len(inner) == 1 or (len(inner) == 2 and inner[1] in _VIEW_KEYS["sla"]))
    return not inner or (len(inner) == 1 and inner[0] in _VIEW_KEYS.get(root, ()))


def _missing(value: Any) -> bool:
    return value in (None, "", (), [], {})


def _same_words(key: str, wanted: Sequence[str], seen: Seen) -> bool:
    have = [word_key(word) for word in getattr(seen.ticket, key)]
    want = [word_key(word) for word in wanted]
    return set(have) == set(want) if key in _SETS else have == want


def _by_rule(message: Message, rule: str) -> bool:
    """Whether the rule of that name sent it; SLA policies add target and threshold to theirs."""
    name = message.rule.partition("/")[2]
    return rule in (name, message.rule) or name.startswith(f"{rule}/")


def _fits(message: Message, wanted: Mapping[str, Any]) -> bool:
    to, via = wanted.get("to", message.to), wanted.get("via", message.via)
    rule = wanted.get("rule")
    return (
        word_key(str(to)) == word_key(message.to) and via == message.via and (rule is None or _by_rule(message, rule))
    )


def _instant_or_none(text: Any) -> Instant | None:
    return parse_instant(text) if isinstance(text, str) else None


def value_of(key: str, seen: Seen) -> Any:
    """What stands under a key of the ticket, as JSON shows it; of a span of time how long it is."""
    fact = find_fact(key)
    if fact is not None and fact.type in (TIMED, SILENT):
        since = silence_start(seen.ticket, "anyone") if fact.type == SILENT else fact.get(seen.ticket)
        return None if since is None else format_duration(seen.now - since)
    if fact is not None and fact.type == SLA:
        target = seen.view().sla.get(key.partition(".")[2])
        return target.state if target else None
    if fact is not None and fact.type == WITHIN:
        return False
    if key == "status.kind":
        return seen.ticket.kind
    needs_view = key.partition(".")[0] in VIEW
    return _below(ticket_output(seen.ticket, seen.view() if needs_view else None), key.split("."))


def _silence_of(who: str, seen: Seen) -> str:
    return format_duration(seen.now - silence_start(seen.ticket, who))


def _below(value: Any, parts: Iterable[str]) -> Any:
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
    return list(value) if isinstance(value, tuple) else value
