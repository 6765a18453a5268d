"""What shells offer behind `ticket …<Tab>`: numbers of tickets with their subjects, names of the desk's own rules.

A completion never fails and never says anything: without a desk there is nothing to offer. Bash takes what it is given
as words of the shell, so only values without a meaning there are offered; subjects are shown beside, escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from ticketcli.app import App, Call
from ticketcli.cli.escape import escape
from ticketcli.errors import TicketError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Items = list["CompletionItem[str]"]
Completer = Callable[[click.Context, click.Parameter, str], Items]
MOST = 50
_BESIDE_LETTERS = frozenset("._@+-")


def tickets(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
    """Tickets that are not final, the newest first, with their subjects."""
    return _asked(ctx, lambda app: _tickets(app, incomplete)) if not incomplete or incomplete.isdecimal() else []


def _tickets(app: App, beginning: str) -> Items:
    from click.shell_completion import CompletionItem

    from ticketcli.services.store_desk import NOT_FINAL

    with app.store.read() as reader:
        known = sorted(reader.ids("tickets", "kind", list(NOT_FINAL)), reverse=True)
        ids = [id for id in known if str(id).startswith(beginning)][:MOST]
        return [CompletionItem(str(one.id), help=escape(one.subject)) for one in reader.tickets(ids)]


def _names(of: Callable[[Any], Mapping[str, Any]]) -> Completer:
    """Names of a rulebook that begin like that."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        return _asked(ctx, lambda app: _offered(_rulebook_names(app, of), incomplete))

    return complete


def _rulebook_names(app: App, of: Callable[[Any], Mapping[str, Any]]) -> Iterable[str]:
    from ticketcli.services import reading

    with reading.reading(app.session) as (_, rules):
        return list(of(rules.rulebook))


def _offered(names: Iterable[str], beginning: str) -> Items:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(beginning) and _is_plain(name)]


def _is_plain(name: str) -> bool:
    return all(character.isalnum() or character in _BESIDE_LETTERS for character in name)


statuses = _names(lambda book: book.lifecycle.statuses)
people = _names(lambda book: book.people)
teams = _names(lambda book: book.teams)


def tickets_and(names: Completer) -> Completer:
    """Numbers, and where a word has begun with something else, names."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        return tickets(ctx, param, incomplete) or names(ctx, param, incomplete)

    return complete


def _asked(ctx: click.Context, ask: Callable[[App], Items]) -> Items:
    app = App(Call(desk=ctx.params.get("desk")), lambda said: None)
    try:
        return ask(app)
    except (TicketError, OSError):
        return []
    finally:
        app.close()
