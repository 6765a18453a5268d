"""Making a desk: whole, with exactly its modes, or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from contextlib import suppress

from ticketcli import resources
from ticketcli.config.desks import IDENTITY_FILE
from ticketcli.config.files import sync_folder, write_whole
from ticketcli.config.settings import settings_of
from ticketcli.config.trust import SETTINGS
from ticketcli.config.zones import is_zone, local_zone, nearest_zone
from ticketcli.errors import Conflict, Invalid, NotFound, NotPermitted, Unavailable
from ticketcli.records import NamedTuple
from ticketcli.stores.drafts import alive
from ticketcli.stores.engine import Engine
from ticketcli.stores.layout import IDENTITY
from ticketcli.stores.network import refuse_network

_SETTINGS_TEXT = """\
# Settings of this desk. `ticket config show` lists them all, with what holds where nothing is said here.
# Times in tables and dates without zone are in this zone.
timezone: {zone}
"""
_SANDBOX_TEXT = """\
# A desk to try things on: --now may set the time of writes too.
sandbox: true
"""


class Access(NamedTuple):
    """Modes of a desk's folders and files, and the group they get (None: whatever group new files get)."""

    folder: int
    file: int
    group: int | None


_STORE_TEXT = """\
# Where tickets are kept; ticket store move changes it.
store: {store}
"""
STORE = settings_of({}, "").store
"""The store of a desk that names none."""
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]", re.ASCII)
"""What would need quotes in YAML or leads to another folder."""
PRIVATE = Access(0o700, 0o600, None)
_WORK = ".making-"
"""What the folder is called, before the number of the process, in which the parts of a desk are made."""


def make_desk(
    path: str, *, zone: str = "", sandbox: bool = False, access: Access = PRIVATE, store: str = STORE
) -> str:
    """Makes a desk in the directory, which is made too if missing; answers its whole path.

    `store` is the URL of its store, a file in the desk. Raises `Conflict` when a desk or a part of one is there, or
    the directory is in use of all accounts, and changes nothing then. Failing, it leaves nothing; killed, it leaves
    what the next call ends or removes.
    """
    desk = os.path.abspath(path)
    refuse_network(os.path.join(desk, _file_of(store)))
    zone = zone or local_zone()
    _check_zone(zone)
    text = _settings_text(zone, sandbox, store)
    before = os.umask(0o077)
    try:
        if not _resumed(desk, text, access):
            _refuse_existing(desk, _file_of(store))
            _make(desk, text, store, access)
    except OSError as error:
        message = f"no desk was made in {desk}: {(error.strerror or str(error)).lower()}"
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise Unavailable(message, "make room, then try again") from None
        raise NotPermitted(message, "name another directory, or see who may write there") from None
    finally:
        os.umask(before)
    return desk


def _make(desk: str, text: str, store: str, access: Access) -> None:
    made: list[str] = []
    work = os.path.join(desk, f"{_WORK}{os.getpid()}")
    try:
        for folder in _missing_folders(desk):
            os.mkdir(folder, 0o700)
            made.append(folder)
        os.mkdir(work, 0o700)
        _build(work, text, store, access)
        _set_access(work, access)
        _move_in(work, desk, access)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        with suppress(OSError):
            for folder in reversed(made):
                os.rmdir(folder)
        raise


def group_access(group: str) -> Access:
    """Access for the accounts of a group, named or by number. Raises `NotFound`, or `NotPermitted` for outsiders."""
    import grp

    try:
        number = int(group) if group.isdigit() else grp.getgrnam(group).gr_gid
    except KeyError:
        raise NotFound(f"there is no group {group}", "see getent group, or have it made first") from None
    if os.geteuid() != 0 and number not in (os.getegid(), *os.getgroups()):
        raise NotPermitted(f"you are not in the group {group}", "have yourself added to it, and log in again")
    return Access(0o2770, 0o660, number)


def _check_zone(name: str) -> None:
    if not is_zone(name):
        near = nearest_zone(name)
        raise Invalid(
            f"there is no time zone {name!r}", f"did you mean {near}?" if near else "name it like Asia/Shanghai"
        )


def _settings_text(zone: str, sandbox: bool, store: str) -> str:
    text = _SETTINGS_TEXT.format(zone=zone)
    if store != STORE:
        text += _STORE_TEXT.format(store=store)
    return text + (_SANDBOX_TEXT if sandbox else "")


def _file_of(store: str) -> str:
    """The name of the store's file. Raises `Invalid` unless it may stand in a desk that is moved into place whole."""
    name = store.partition(":")[2]
    if not name or _NO_NAME.search(name) or name[0] in ".-" or name in ("rules", SETTINGS, "attachments"):
        hint = "write sqlite:tickets.db or json:tickets.json; a store elsewhere can be named in ticketcli.yaml later"
        raise Invalid(f"--store {store}: the store of a new desk is a file in it", hint)
    return name


def _refuse_existing(desk: str, store: str) -> None:
    if os.path.lexists(os.path.join(desk, SETTINGS)):
        raise Conflict(f"there is a desk at {desk} already", "use it, or name another directory")
    if os.path.lexists(desk) and not os.path.isdir(desk):
        raise Conflict(f"{desk} is not a directory", "name another one")
    if _is_common(desk):
        raise Conflict(f"{desk} is used by others, whom a desk would lock out", "name a folder of its own")
    for name in ("rules", store, ".cache"):
        if os.path.lexists(os.path.join(desk, name)):
            raise Conflict(
                f"{desk} holds {name}, which a new desk would need", "move it away, or name another directory"
            )


def _is_common(folder: str) -> bool:
    """Whether it is a folder in use of the system, such as `/`, `/srv` or `/tmp`: root may close it to all others."""
    if not os.path.isdir(folder):
        return False
    mode = os.stat(folder).st_mode
    high = os.path.dirname(folder) == os.sep or bool(mode & stat.S_ISVTX)
    return high and bool(mode & stat.S_IXOTH) and bool(os.listdir(folder))


def _missing_folders(desk: str) -> list[str]:
    """The directory and those around it that do not exist, outermost first."""
    missing = []
    folder = desk
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing[::-1]


def _build(work: str, text: str, store: str, access: Access) -> None:
    """The parts of a desk, in a folder of their own; the settings last, so that they stand for all of them."""
    from ticketcli.stores import create_store

    shutil.copytree(resources.rules_directory(), os.path.join(work, "rules"), ignore=_not_yaml)
    os.mkdir(os.path.join(work, ".cache"))
    identity = int.from_bytes(os.urandom(7), "big")
    create_store(store, work, mode=access.file, group=access.group, fill=lambda engine: _name(engine, identity))
    write_whole(os.path.join(work, IDENTITY_FILE), b"%d\n" % identity, 0o600, durable=True)
    write_whole(os.path.join(work, SETTINGS), text.encode(), 0o600, durable=True)


def _name(engine: Engine, identity: int) -> None:
    """Says in the store whose it is, so that the store of another desk is not taken for it."""
    work = engine.work(0, "making the desk")
    try:
        work.commit({IDENTITY: identity})
    finally:
        work.close()


def _not_yaml(folder: str, names: list[str]) -> list[str]:
    """What of the default rules is not copied: an editable install may hold more than YAML."""
    return [name for name in names if not name.endswith(".yaml") and not os.path.isdir(os.path.join(folder, name))]


def _set_access(work: str, access: Access) -> None:
    """Modes and group of everything in the folder, which the umask may have narrowed or left wide."""
    for folder, folders, files in os.walk(work):
        for name in folders:
            _grant(os.path.join(folder, name), access.folder, access.group)
        for name in files:
            _grant(os.path.join(folder, name), access.file, access.group)


def _grant(path: str, mode: int, group: int | None) -> None:
    if group is not None:
        os.chown(path, -1, group)
    os.chmod(path, mode)  # after chown, which clears the setgid bit


def _move_in(work: str, desk: str, access: Access) -> None:
    """Moves the parts to their places, the settings last: they are what makes a directory a desk."""
    before = os.stat(desk)
    moved: list[str] = []
    try:
        _grant(desk, access.folder, access.group)
        _move_parts(work, desk, moved)
    except BaseException:
        for name in reversed(moved):
            _remove(os.path.join(desk, name))
        _grant(desk, before.st_mode & 0o7777, before.st_gid if access.group is not None else None)
        raise


def _move_parts(work: str, desk: str, moved: list[str]) -> None:
    for name in sorted(os.listdir(work), key=lambda name: name == SETTINGS):
        os.rename(os.path.join(work, name), os.path.join(desk, name))
        moved.append(name)
    os.rmdir(work)
    sync_folder(desk)


def _resumed(desk: str, text: str, access: Access) -> bool:
    """Ends what a killed call began to move into place, and removes what it had not made whole.

    True when that is the desk which this call is to make.
    """
    same = False
    for name in os.listdir(desk) if os.path.isdir(desk) else ():
        work, number = os.path.join(desk, name), name.removeprefix(_WORK)
        if name == number or not number.isdigit() or alive(int(number)):
            continue
        settings = os.path.join(work, SETTINGS)
        if os.path.exists(settings):
            same = _is_same(settings, text, access)
            _move_parts(work, desk, [])
        else:
            shutil.rmtree(work)
    return same


def _is_same(settings: str, text: str, access: Access) -> bool:
    found = os.stat(settings)
    with open(settings, encoding="utf-8", newline="") as file:
        return file.read() == text and found.st_mode & 0o777 == access.file and access.group in (None, found.st_gid)


def _remove(path: str) -> None:
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)
