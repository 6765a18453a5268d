"""Tickets for which a routing choice found nobody: whom they get when somebody is free again, and in which order.

The index keeps since when each of them waits and for whom (`Filing.seeks`). So neither is a ticket read that cannot
get anybody, nor is one passed over that has waited longer for the same people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ticketcli.domain.candidates import Wish, involves, survey, wish_from
from ticketcli.domain.planner import PASSES
from ticketcli.ports import Looking, Range
from ticketcli.services.commit import Bench, Committed


def place_waiting(bench: Bench) -> list[Committed]:
    """Has the rules look again for whoever may get one of the people that this run has freed, longest waiting first.

    What that changes may free others: at most eight rounds, so that rules which undo each other come to an end.
    """
    done: list[Committed] = []
    for _ in range(PASSES):
        freed = frozenset(bench.desk.freed)
        if not freed:
            break
        bench.desk.freed.clear()
        done += _offer(bench, freed)
    return done


def _offer(bench: Bench, freed: Collection[str]) -> list[Committed]:
    done: list[Committed] = []
    hopeless: set[str] = set()
    for key in sorted(map(str, bench.sheet.tally("tickets", "seeks"))):
        text = key.partition(" ")[2]
        if text not in hopeless and not involves(bench.rules.rulebook, wish_from(text), freed):
            hopeless.add(text)
        for id in () if text in hopeless else bench.sheet.ids("tickets", "seeks", [key]):
            if not _somebody_is_free(bench, wish_from(text)):
                hopeless.add(text)
                break
            ticket = bench.sheet.ticket(id)
            assert ticket is not None
            done.append(bench.commit(ticket, ()))
    return done


def _somebody_is_free(bench: Bench, wish: Wish) -> bool:
    return bool(survey(bench.rules.rulebook, bench.desk.load, wish, bench.acting.now).free)


def in_turn(looking: Looking, due: Sequence[int]) -> list[int]:
    """The due tickets in their order, but among those that wait for a person the longest waiting comes first."""
    if len(due) < 2:
        return list(due)
    waiting = looking.ids("tickets", "seeks", Range())
    theirs = set(due).intersection(waiting)
    turn = iter([id for id in waiting if id in theirs])
    return [next(turn) if id in theirs else id for id in due]
