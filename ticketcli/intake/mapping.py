"""Which column of a file is which key of a ticket, and how its values are to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ticketcli.domain.nearest import nearest
from ticketcli.domain.operations.importing import KEYS
from ticketcli.domain.words import word_key
from ticketcli.errors import UsageError
from ticketcli.records import NamedTuple

KEY = "key"
"""What a column is mapped to that tells rows apart."""
OPEN = ("fields.", "external_ids.")
"""What stands before a name of the desk's own."""


class Target(NamedTuple):
    """The key that a column fills.

    `values` translates words, `empty` stands for none; `format` and `zone` are those of times.
    """

    key: str
    values: Mapping[str, Any] | None = None
    empty: Any = None
    format: str | None = None
    zone: str | None = None
    split: str = ","
    type: str = "text"


class Columns(NamedTuple):
    """A whole mapping. `columns` is None when it is to be guessed; `set` holds templates over the columns.

    `formats` are those of times in columns that are guessed.
    """

    columns: Mapping[str, tuple[Target, ...]] | None = None
    key: tuple[str, ...] = ()
    set: Mapping[str, Any] = {}
    source: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    zone: str | None = None
    format: str | None = None
    formats: Mapping[str, str] = {}


def check_key(key: str) -> str:
    """The key itself when a row may give it. Raises `UsageError` with the nearest right word."""
    if key in KEYS or key == KEY or any(key.startswith(word) and key != word for word in OPEN):
        return key
    near = nearest(key, [*KEYS, KEY])
    hint = f"did you mean {near}?" if near else f"the keys are {', '.join((KEY, *KEYS))} and fields.NAME"
    raise UsageError(f"no key {key!r} of a ticket", hint)


def with_pairs(mapping: Columns, pairs: Iterable[tuple[str, str]]) -> Columns:
    """The mapping with columns mapped by the call, which come before those of the mapping file."""
    columns = dict(mapping.columns or {})
    keys: list[str] = []
    for column, key in pairs:
        if check_key(key) == KEY:
            keys.append(column)
        else:
            known = next((target for target in columns.get(column, ()) if target.key == key), Target(key))
            columns[column] = (known,)
    return mapping._replace(columns=columns or mapping.columns, key=tuple(keys) or mapping.key)


def with_formats(mapping: Columns, formats: Mapping[str, str]) -> Columns:
    """The mapping with formats of times that the call names by column."""
    if mapping.columns is None:
        return mapping._replace(formats=formats)
    columns = dict(mapping.columns)
    check_formats(formats, columns)
    for column, format in formats.items():
        columns[column] = tuple(target._replace(format=format) for target in columns[column])
    return mapping._replace(columns=columns)


def check_formats(formats: Iterable[str], columns: Collection[str]) -> None:
    """Raises `UsageError` for a column that is named though none such is mapped."""
    for column in formats:
        if column not in columns:
            near = nearest(column, columns)
            hint = f"did you mean {near}?" if near else "map it first: --map COLUMN=created_at"
            raise UsageError(f"--date {column}: no such column is mapped", hint)


_NAMES: Mapping[str, str] = {
    KEY: "key|id|number|no|ticket id|ticket number|issue id|issue key|case number|编号|工单号|工单编号",
    "subject": "subject|title|summary|short description|ticket subject|issue title|主题|标题",
    "description": "description|body|details|text|content|message|描述|内容|问题描述",
    "status": "status|state|ticket status|状态",
    "priority": "priority|severity|urgency|ticket priority|优先级",
    "category": "category|type|ticket type|issue type|分类|类型|类别",
    "labels": "labels|label|tags|tag|标签",
    "requester.name": "requester|requester name|customer|customer name|reporter|author|opened by|客户|报告人|提交人",
    "requester.email": "email|mail|e-mail|requester email|customer email|contact email|邮箱|电子邮件",
    "requester.org": "company|organisation|organization|公司",
    "team": "team|group|queue|team name|团队",
    "assignee": "assignee|assigned to|owner|agent|负责人|处理人",
    "created_at": "created|created at|created on|date created|created date|opened|opened at|published at|创建时间",
    "first_responded_at": "first response|first response at|first response time|first responded at|首次响应时间",
    "resolved_at": "resolved|resolved at|resolved on|resolution date|date resolved|解决时间",
    "closed_at": "closed at|closed on|date closed|closed date|关闭时间",
}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, word_key(name)))


_GUESSES = {_letters(name): key for key, names in _NAMES.items() for name in names.split("|")}


def guess(column: str) -> str | None:
    """The key that a column's name suggests, None when it suggests none."""
    if column in KEYS or any(column.startswith(word) and column != word for word in OPEN):
        return column
    return _GUESSES.get(_letters(column))


def guessed(header: Sequence[str], mapping: Columns) -> Columns:
    """The mapping with a target for each column whose name suggests one; of several the first has the key."""
    targets: dict[str, tuple[Target, ...]] = {}
    key = mapping.key
    taken: set[str] = set()
    for column in header:
        wanted = guess(column)
        if wanted == KEY:
            key = key or (column,)
        elif wanted is not None and wanted not in taken:
            taken.add(wanted)
            targets[column] = (Target(wanted, format=mapping.formats.get(column)),)
    return mapping._replace(columns=targets, key=key)
