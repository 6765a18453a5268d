"""The bytes of a `json:` store: the stock TinyDB format, one row a line, so that what did not change is just copied.

    {"tickets":{                        the six tables, as TinyDB keeps them
    "1":{"id":1,"subject":"…"},
    …
    },
    "tickets.index":{                   beside each its index columns and the checksum of each document
    "1":{"crc":1234,"kind":"initial"},
    …
    },
    "counters":{
    "1":{"name":"seq","value":2},
    …
    },
    "store":{
    "1":{"store":"ticketcli","format_read":1,"format_write":1,"crc":5678}
    }}

The last line's `crc` covers everything from `tickets.index` on, so index and counters are right or the store is not
read; a document has its own, so that one damaged document does not hide the others. A backup is such a file whose last
line also holds the SHA-256 of all that stands before `store`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from ticketcli.errors import StoreDamaged
from ticketcli.ports import Scalar
from ticketcli.records import NamedTuple
from ticketcli.stores.layout import FORMAT, TABLES

INDEX = {table: f"{table}.index" for table in TABLES}
COUNTERS, MARK = "counters", "store"
SECTIONS = (*TABLES, *INDEX.values(), COUNTERS)
"""The parts of the file in their order, before the mark."""
COVERED = SECTIONS[len(TABLES) :]
"""What the checksum of the mark covers, beside its own format numbers."""
HEAD = b'{"tickets":{\n'
_END = b"\n}}\n"
SEAM = {section: f'\n}},\n"{section}":{{\n'.encode() for section in (*SECTIONS[1:], MARK)}
"""The end of a section and the beginning of the next; no row looks like it, for JSON has no line breaks in texts."""
_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_HINT = "restore a backup; keep the damaged file until then"


class Mark(NamedTuple):
    """The last line: what the file is."""

    format_read: int
    format_write: int
    crc: int
    sha256: str | None = None
    """Of a backup: over everything before the mark."""


def render_mark(mark: Mark) -> bytes:
    """The end of the file, from the seam before the mark on."""
    given = {name: value for name, value in mark._asdict().items() if value is not None}
    return b'%b"1":%b%b' % (SEAM[MARK], _dumps({"store": "ticketcli", **given}).encode(), _END)


def read_mark(data: bytes) -> tuple[Mark, int]:
    """The mark at the end of these bytes, and where its seam begins.

    Raises `StoreDamaged` when there is none, or it is of a format too new to read.
    """
    start = data.rfind(SEAM[MARK])
    line = data[start + len(SEAM[MARK]) : -len(_END)].removeprefix(b'"1":')
    try:
        given: dict[str, Any] = json.loads(line) if start >= 0 else {}
        needed = int(given["format_read"]) if given.pop("store") == "ticketcli" else 0
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged("the end of the file is missing or damaged", _HINT) from None
    if needed > FORMAT:
        raise StoreDamaged(f"the store has format {needed}; this program reads up to {FORMAT}", "upgrade ticketcli")
    try:
        mark = Mark(**given)
    except TypeError:
        mark = Mark(0, 0, 0)
    if needed < 1 or render_mark(mark) != data[start:]:
        raise StoreDamaged("the last line of the file is damaged", _HINT)
    return mark, start


def split(data: bytes) -> tuple[Mark, dict[str, bytes]]:
    """The mark, and the rows of each section. Raises `StoreDamaged` unless all is in place and the index is right."""
    mark, end = read_mark(data)
    bodies: dict[str, bytes] = {}
    section, start = SECTIONS[0], len(HEAD)
    for following in (*SECTIONS[1:], MARK):
        here = data.find(SEAM[following], start) if following != MARK else end
        if here < start or not data.startswith(HEAD):
            raise StoreDamaged(f"the file is damaged where {section} ends", _HINT)
        bodies[section] = data[start:here]
        section, start = following, here + len(SEAM[following])
    if _checksum(bodies, mark.format_read, mark.format_write) != mark.crc:
        raise StoreDamaged("index and counters do not match their checksum", _HINT)
    return mark, bodies


def join(bodies: Mapping[str, bytes], format_write: int = FORMAT) -> list[bytes]:
    """The pieces of the whole file."""
    pieces = [HEAD, bodies[SECTIONS[0]]]
    for section in SECTIONS[1:]:
        pieces += (SEAM[section], bodies[section])
    return [*pieces, render_mark(Mark(FORMAT, format_write, _checksum(bodies, FORMAT, format_write)))]


def begin_checksum(format_read: int, format_write: int) -> int:
    """The checksum of a mark before any of the sections that it covers."""
    return crc32(b"%d %d" % (format_read, format_write))


def _checksum(bodies: Mapping[str, bytes], format_read: int, format_write: int) -> int:
    crc = begin_checksum(format_read, format_write)
    for section in COVERED:
        crc = crc32(bodies[section], crc)
    return crc


def rows_in(body: bytes) -> dict[bytes, bytes]:
    """What stands in a section: the number in quotes -> JSON."""
    return {key: text for key, _, text in [line.partition(b":") for line in body.split(b",\n")]} if body else {}


def body_of(rows: Mapping[bytes, bytes]) -> bytes:
    return b",\n".join([b"%b:%b" % row for row in rows.items()])


def key_of(id: int) -> bytes:
    return b'"%d"' % id


def checksum(table: str, id: int, text: bytes) -> int:
    """Over the place of a document and its bytes."""
    return crc32(text, crc32(b"%b %d " % (table.encode(), id)))


def render_entry(table: str, id: int, text: bytes, columns: Iterable[Scalar | None]) -> bytes:
    """The line of the index for a document; a null is not stored."""
    entry: dict[str, Scalar] = {"crc": checksum(table, id, text)}
    for column, value in zip(TABLES[table].columns, columns):
        if value is not None:
            entry[column.name] = value
    return _dumps(entry).encode()


def render_counters(counters: Mapping[str, Scalar]) -> bytes:
    named = enumerate(counters.items(), 1)
    return body_of({key_of(id): _dumps({"name": name, "value": value}).encode() for id, (name, value) in named})


def parsed(body: bytes) -> dict[str, Any]:
    """A section that the mark's checksum covers."""
    rows: dict[str, Any] = json.loads(b"{%b}" % body)
    return rows


def parsed_entry(text: bytes) -> dict[str, Any]:
    """One line of such a section."""
    entry: dict[str, Any] = json.loads(text)
    return entry
