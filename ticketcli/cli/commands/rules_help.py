"""`ticket rules help`: what the codes of problems mean, with an example of each and its cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import DATA, rows_text, table, write
from ticketcli.cli.widths import cut, wrap
from ticketcli.errors import NotFound

if TYPE_CHECKING:
    from ticketcli.rulebook.page import Files, Page

_COLUMNS = ("code", "level", "title")
_WIDTH = 96
_MOST_LINES = 20
_SHOW = "backslashreplace"


@click.command(
    "help",
    help="Show what a problem code of `ticket rules check` means, an example of it and the cure. "
    "Without CODE: all codes, a line each.",
    epilog=examples("ticket rules help", "ticket rules help unreachable-rule"),
)
@click.argument("code", required=False)
@takes("output", formats=("table", *DATA))
def help_(app: App, code: str | None) -> None:
    from ticketcli.rulebook.pages.table import PAGES

    pages = list(PAGES.values()) if code is None else [_page(code)]
    if app.call.output in DATA:
        write(rows_text(app.call.output, _COLUMNS, [_as_json(page) for page in pages]))
    elif code is None:
        write(table(("CODE", "LEVEL", "WHAT IT MEANS"), [(page.code, page.level, page.title) for page in pages]))
    else:
        write("".join(f"{line}\n" for line in _lines(pages[0])))


def _page(code: str) -> Page:
    from ticketcli.domain.nearest import nearest
    from ticketcli.rulebook.pages.table import PAGES

    page = PAGES.get(code.strip("[]"))
    if page is None:
        near = nearest(code, PAGES.keys())
        hint = f"did you mean {near}?" if near else "ticket rules help lists all codes"
        raise NotFound(f"no problem has the code {code}", hint)
    return page


def _as_json(page: Page) -> dict[str, Any]:
    texts = {"bad": _shown(page.files(page.bad)), "cured": _shown(page.files(page.cured))}
    return {**page._asdict(), **texts}


def _shown(files: Files) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text.decode("utf-8", _SHOW) for name, text in files.items()}


def _lines(page: Page) -> Iterator[str]:
    """The page for people: meaning, the example, the cure."""
    yield f"{page.code} ({page.level})"
    yield from wrap(f"{page.title[0].upper()}{page.title[1:]}.", _WIDTH)
    yield ""
    yield from wrap(page.meaning, _WIDTH)
    for head, example in (("Wrong:", page.bad), ("Right:", page.cured)):
        yield ""
        yield head
        yield from _example(page.files(example))


def _example(files: Files) -> Iterator[str]:
    """The files of an example, named where there are several; long ones are cut."""
    several = list(files) != ["rules.yaml"]
    for name, text in _shown(files).items():
        if several:
            yield f"    # {name}"
        lines = text.splitlines()
        for line in lines[:_MOST_LINES]:
            yield f"    {cut(escape(line), 120)}"
        if len(lines) > _MOST_LINES:
            yield "    …"
