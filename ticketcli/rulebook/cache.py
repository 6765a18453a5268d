"""Built rulebooks kept as plain JSON, so that commands and sweeps import neither yaml nor jsonschema.

What is kept is disposable: it is found by a digest of everything that decides, carries a digest of itself, and is
built anew whenever either does not match or it cannot be read. Who may not write the cache builds each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from ticketcli import __version__, resources
from ticketcli.domain.digest import sha256
from ticketcli.ports import Built
from ticketcli.records import NamedTuple
from ticketcli.rulebook.files import MAX_BYTES, RuleFile, read_file, rule_names
from ticketcli.rulebook.zones import zone_bytes

FORMAT = 1
"""Of bound rulebooks: raised when binding the same files gives something else."""
PREFIX = "rulebook-"
_KEPT = 8
_MAX_LINES = 100


class _Entry(NamedTuple):
    """What is kept: the time zones that the files name, the bound rulebook or None, and the problem lines."""

    zones: list[str]
    bound: dict[str, Any] | None
    problems: list[str]


class DirectoryRules:
    """The `*.yaml` of one folder as a rulebook (`ports.RuleFiles`). An empty folder is a rulebook without rules."""

    def __init__(self, directory: str, cache_directory: str) -> None:
        self._directory = directory
        self._cache = cache_directory

    def built(self) -> Built:
        """The rulebook that the files hold now. Files that do not check give no `bound`, and a line per problem."""
        label = os.path.basename(os.path.abspath(self._directory))
        try:
            names = rule_names(self._directory)
        except OSError as error:
            return Built("", (), None, (f"{self._directory}: cannot be read: {(error.strerror or '').lower()}",))
        files = [read_file(os.path.join(self._directory, name), f"{label}/{name}", MAX_BYTES) for name in names]
        if any(file.error for file in files):
            return _built("", files, _check(files))
        sources = _sources(files)
        path = os.path.join(self._cache, f"{PREFIX}{sources[:32]}.json")
        entry = _load(path, sources)
        if entry is None:
            entry = _check(files)
            _keep(path, sources, entry)
        return _built(_whole(sources, entry.zones), files, entry)


def _built(hash: str, files: Sequence[RuleFile], entry: _Entry) -> Built:
    return Built(hash, tuple(file.name for file in files), entry.bound, tuple(entry.problems))


def _sources(files: Sequence[RuleFile]) -> str:
    """The digest of everything that decides but the time zones: programme, schema, file names and bytes."""
    with open(os.path.join(resources.schemas_directory(), "rules.json"), "rb") as schema:
        parts = [f"{FORMAT} {__version__}".encode(), schema.read()]
    for file in files:
        parts += (file.name.encode(), file.data)
    return _digest(parts)


def _whole(sources: str, zones: Sequence[str]) -> str:
    """The rulebook's hash: its sources, and the tables of the time zones it uses."""
    return _digest([sources.encode(), *map(zone_bytes, zones)])


def _digest(parts: Sequence[bytes]) -> str:
    """SHA-256 over the parts, each led by its length, so that no two lists of parts run together."""
    return str(sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest())


def _check(files: Sequence[RuleFile]) -> _Entry:
    from ticketcli.rulebook.check import check_files
    from ticketcli.rulebook.problems import error_lines

    checked = check_files(files, complete=True)
    lines = [] if checked.bound is not None else error_lines(checked.problems, _MAX_LINES)
    return _Entry(list(checked.zones), checked.bound, lines)


def _load(path: str, sources: str) -> _Entry | None:
    """The entry, None unless it is whole, of these sources, and built with the time-zone tables of today."""
    try:
        with open(path, "rb") as file:
            digest, _, body = file.read().partition(b"\n")
        if digest.decode() != _digest([body]):
            return None
        kept = json.loads(body)
        entry = _Entry(kept["zones"], kept["bound"], kept["problems"])
        return entry if kept["hash"] == _whole(sources, entry.zones) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _keep(path: str, sources: str, entry: _Entry) -> None:
    """Writes beside, then replaces. A cache that cannot be written is no failure."""
    body = json.dumps({"hash": _whole(sources, entry.zones), **entry._asdict()}).encode()
    folder = os.path.dirname(path)
    beside = f"{path}.{os.getpid()}"
    try:
        mode = _make_folder(folder)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            with open(handle, "wb") as file:
                os.fchmod(handle, mode & 0o666)
                file.write(_digest([body]).encode() + b"\n" + body)
            os.replace(beside, path)
        except OSError:
            os.unlink(beside)
        _prune(folder)
    except OSError:
        pass


def _make_folder(folder: str) -> int:
    """Makes the cache's folder with the mode of the desk around it, under any umask; answers its mode."""
    if not os.path.isdir(folder):
        around = os.stat(os.path.dirname(os.path.abspath(folder))).st_mode
        os.mkdir(folder)
        os.chmod(folder, around & 0o7777)
    return os.stat(folder).st_mode


def _prune(folder: str) -> None:
    """Keeps the newest entries: an edited rule file leaves one behind each time."""
    paths = [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(PREFIX)]
    for path in sorted(paths, key=os.path.getmtime, reverse=True)[_KEPT:]:
        os.unlink(path)
