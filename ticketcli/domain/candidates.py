"""Who can take a ticket now: skills, level, shift, stand-ins and capacity (design section 6, routing).

The answer depends on the rulebook, the wish (a team, and how the route assigns), the load of people and the instant,
never on the ticket itself. So one survey holds for every ticket with the same wish.

- Whose calendar is closed is off shift and gets nothing; a person without calendar is always there.
- `delegate` stands in for a person who is off shift, and the delegate's delegate for both, until one of them is there.
  Who stands in must fit as well, but need not be of the team. The chain ends at one who does not fit, and at a name
  that comes again. Somebody at capacity is there: nobody is called in.
- A person with `capacity` tickets that are neither resolved nor final, over all teams, gets nothing.
- A stand-in who is a candidate anyway, or stands in for several people, is one candidate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from ticketcli.domain.calendar import ALWAYS, Calendar
from ticketcli.domain.instants import NEVER, Instant, format_instant
from ticketcli.domain.rulebook import Person, Rulebook
from ticketcli.domain.ticket import JsonMap
from ticketcli.records import NamedTuple

Load = Callable[[Sequence[str]], Mapping[str, int]]
"""`load(people)`: how many tickets that are neither resolved nor final each of them has; who has none may be absent."""


class Wish(NamedTuple):
    """Whom a ticket is to get: somebody of a team, chosen as the keys of `assign` say."""

    team: str | None
    assign: JsonMap

    @property
    def text(self) -> str:
        """The wish as one text; equal wishes have equal texts."""
        return json.dumps([self.team, dict(self.assign)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def wish_from(text: str) -> Wish:
    """The wish of which that is the text."""
    return Wish(*json.loads(text))


class Candidate(NamedTuple):
    """`person` can take the ticket, in the place of `member`: the same one, or who is stood in for."""

    member: str
    person: str


class Passed(NamedTuple):
    """Who was considered and cannot take it; `why` has one key of `off_shift_until capacity lacks level`."""

    person: str
    why: JsonMap


class Survey(NamedTuple):
    """`free` stand in the order of the team; `load` holds those whose load mattered."""

    free: tuple[Candidate, ...]
    passed: tuple[Passed, ...]
    load: Mapping[str, int]
    until: float
    """When nobody is free: the first shift that begins or ends and may change that."""


def survey(book: Rulebook, load: Load, wish: Wish, now: Instant) -> Survey:
    """Who can take a ticket with that wish now, and why the others cannot."""
    seats, passed = _seats(book, wish, now)
    persons = [_person(book, seat.person) for seat in seats]
    loads: dict[str, int] = {}
    if wish.assign.get("strategy") == "least_loaded" or any(person.capacity is not None for person in persons):
        counted = load([person.name for person in persons])
        loads = {person.name: counted.get(person.name, 0) for person in persons}
    full = {p.name: p.capacity for p in persons if p.capacity is not None and loads[p.name] >= p.capacity}
    passed += [Passed(name, {"capacity": capacity}) for name, capacity in full.items()]
    free = tuple(seat for seat in seats if seat.person not in full)
    return Survey(free, tuple(passed), loads, NEVER if free else next_change(book, wish, now))


def considered(book: Rulebook, wish: Wish) -> list[Person]:
    """Everybody who might ever get a ticket with that wish: those who fit, and who stands in for them."""
    found: dict[str, Person] = {}
    for member in _members(book, wish):
        for person in _chain(book, member):
            if _unfit(person, wish) is not None:
                break
            found.setdefault(person.name, person)
    return list(found.values())


def involves(book: Rulebook, wish: Wish, names: Collection[str]) -> bool:
    """Whether one of these people may ever get a ticket with that wish."""
    return any(person.name in names for person in considered(book, wish))


def _person(book: Rulebook, name: str) -> Person:
    """The person of that name; of one that the rules do not know only the name is known."""
    return book.person(name) or Person(name)


def _members(book: Rulebook, wish: Wish) -> list[Person]:
    """Whom the wish names, in order."""
    if wish.assign.get("person"):
        return [_person(book, wish.assign["person"])]
    team = book.team(wish.team)
    return [_person(book, name) for name in (team.members if team else ())]


def _chain(book: Rulebook, member: Person) -> Iterator[Person]:
    """The member, and then who stands in for those before; each once."""
    seen: set[str] = set()
    person: Person | None = member
    while person is not None and person.name not in seen:
        seen.add(person.name)
        yield person
        person = _person(book, person.delegate) if person.delegate else None


def _unfit(person: Person, wish: Wish) -> JsonMap | None:
    """Why the person can never get such a ticket; skills and level have no meaning beside a named person."""
    if wish.assign.get("person"):
        return None
    lacks = [skill for skill in wish.assign.get("skills", ()) if skill not in person.skills]
    if lacks:
        return {"lacks": lacks}
    level = wish.assign.get("level")
    return None if level is None or person.level == level else {"level": person.level}


def _seats(book: Rulebook, wish: Wish, now: Instant) -> tuple[list[Candidate], list[Passed]]:
    """Who is on shift, each once, whatever they have to do already; and who was passed over on the way."""
    found: list[Candidate] = []
    passed: dict[str, JsonMap] = {}
    for member in _members(book, wish):
        for person in _chain(book, member):
            why = _unfit(person, wish)
            if why is None and _shift(book, person).is_open(now):
                found.append(Candidate(member.name, person.name))
                break
            passed.setdefault(person.name, why or _off_shift(book, person, now))
            if why is not None:
                break
    own = {seat.person for seat in found if seat.person == seat.member}
    seats = {seat.person: seat for seat in reversed(found) if seat.person == seat.member or seat.person not in own}
    return [seat for seat in found if seats[seat.person] is seat], [Passed(*one) for one in passed.items()]


def _shift(book: Rulebook, person: Person) -> Calendar:
    return book.calendars[person.calendar] if person.calendar else ALWAYS


def _off_shift(book: Rulebook, person: Person, now: Instant) -> JsonMap:
    begins = _shift(book, person).next_open(now)
    return {"off_shift_until": None if begins == NEVER else format_instant(int(begins))}


def next_change(book: Rulebook, wish: Wish, now: Instant) -> float:
    """The next shift that begins, or ends so that somebody else stands in."""
    return min((_changes(_shift(book, person), person, now) for person in considered(book, wish)), default=NEVER)


def _changes(shift: Calendar, person: Person, now: Instant) -> float:
    if not shift.is_open(now):
        return shift.next_open(now)
    ends = shift.next_close(now)
    return ends if person.delegate or ends == NEVER else shift.next_open(ends)

