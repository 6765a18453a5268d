"""One call and what it needs: the parts are wired here, each when it is first asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ticketcli.clock import FixedClock, SystemClock
from ticketcli.config.desks import Found, find, identity_of, may_make_own_desk, own_desk
from ticketcli.config.places import account
from ticketcli.config.settings import Settings, file_state, load_settings
from ticketcli.config.trust import check_trust
from ticketcli.domain.actors import Caller
from ticketcli.domain.instants import Instant
from ticketcli.errors import NoDesk, NotPermitted, UsageError
from ticketcli.ports import Clock, RuleFiles, Store
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.services.outbox import Post
    from ticketcli.services.session import Session


class Call(NamedTuple):
    """The global options of one call, as given or by default; a command has only those that it takes."""

    desk: str | None = None
    output: str = "table"
    quiet: bool = False
    verbose: bool = False
    as_: str | None = None
    class_: str | None = None
    yes: bool = False
    dry_run: bool = False
    each: bool = False
    if_version: int | None = None
    idempotency_key: str | None = None
    strict_rules: bool = False
    lock_timeout: float = 10.0
    """Seconds to wait for the desk's lock."""
    now: Instant | None = None
    at: Instant | None = None
    """Look at the desk as it stood at this instant."""
    writes: bool = False
    """The command changes the desk, unless `dry_run`."""


class App:
    """The parts of one call. Each is built on first use, so that a command pays only for what it needs."""

    def __init__(self, call: Call, tell: Callable[[str], None]) -> None:
        self.call = call
        self._tell = tell

    def tell(self, sentence: str) -> None:
        """A sentence for the person on stderr; nothing with `-q`."""
        if not self.call.quiet:
            self._tell(sentence)

    def detail(self, sentence: str) -> None:
        """A sentence on stderr that only `-v` asks for."""
        if self.call.verbose:
            self._tell(sentence)

    @cached_property
    def found(self) -> Found:
        """The desk and why it is this one. Raises `NoDesk`; `NotPermitted` when it is not trusted."""
        found = find(self.call.desk)
        check_trust(found.path)
        self.detail(f"desk {found.path} ({found.why})")
        return found

    def make_missing_desk(self) -> None:
        """For `create`: makes the user's own desk if there is none at all and somebody is there to see it."""
        try:
            _ = self.found
        except NoDesk:
            if self.call.desk or os.environ.get("TICKETCLI_DESK") or not may_make_own_desk():
                raise
            from ticketcli.config.making import make_desk

            self.tell(f"made a desk of your own in {make_desk(own_desk())}")

    @property
    def desk(self) -> str:
        """The directory of the desk."""
        return self.found.path

    @cached_property
    def settings(self) -> Settings:
        """Raises `Invalid` when ticketcli.yaml does not check."""
        self._settings_read = file_state(self.desk)
        return load_settings(self.desk)

    @cached_property
    def store(self) -> Store:
        from ticketcli.stores import open_store

        self.check_network(self.settings.store)
        return open_store(self.settings.store, self.desk, self.keeps_its_store, identity_of(self.desk))

    def check_network(self, url: str) -> None:
        """Raises `NotPermitted` for a store on a network file system, unless the settings allow it."""
        from ticketcli.stores import path_of
        from ticketcli.stores.network import refuse_network

        if not self.settings.store_on_network:
            refuse_network(path_of(url, self.desk))

    def keeps_its_store(self) -> bool:
        """Whether the desk's settings still name the store that this call opened: it may have waited for a move."""
        state = file_state(self.desk)
        return state == self._settings_read or load_settings(self.desk).store == self.settings.store

    def close(self) -> None:
        """Closes what was opened."""
        store = self.__dict__.pop("store", None)
        if store is not None:
            store.close()

    @cached_property
    def rule_files(self) -> RuleFiles:
        from ticketcli.rulebook.cache import DirectoryRules

        return DirectoryRules(os.path.join(self.desk, "rules"), os.path.join(self.desk, ".cache"))

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or the instant of `--now`, by which only sandbox desks may be changed."""
        now = self.call.now
        if now is None:
            return SystemClock()
        if self.call.writes and not self.call.dry_run and not self.settings.sandbox:
            hint = "leave --now and TICKETCLI_NOW out, add --dry-run, or use a desk made with ticket init --sandbox"
            raise NotPermitted("--now is for reads, dry runs and sandbox desks", hint)
        return FixedClock(now)

    @cached_property
    def caller(self) -> Caller:
        """Who calls: the account of the user id, or the person of `--as`. Raises `Invalid` for what is no name."""
        from ticketcli.domain.texts import check_name

        own = account()
        automatic = bool(os.environ.get("CI")) or own in self.settings.bots
        name = check_name("--as", self.call.as_) if self.call.as_ else own
        return Caller(name, own, self.call.class_, automatic)

    @cached_property
    def session(self) -> Session:
        """What use cases are given; `now` is read once."""
        from ticketcli.services.session import Session

        settings = self.settings
        return Session(
            self.store,
            self.rule_files,
            self.caller,
            self._now(),
            self.run,
            settings.guard,
            settings.notify_default,
            settings.limits,
            self.call.lock_timeout,
            settings.timezone,
            self.call.at,
        )

    def _now(self) -> Instant:
        """The instant of this call, of a look back the one at which it looks. Raises `UsageError` for a later one."""
        now, at = self.clock.now(), self.call.at
        if at is not None and at > now:
            raise UsageError("--at is for the past", "ticket forecast shows what will happen")
        return now if at is None else at

    @cached_property
    def post(self) -> Post:
        """How messages leave the desk."""
        from ticketcli.channels import open_channel
        from ticketcli.services.outbox import Post

        return Post(lambda spec: open_channel(spec, self.desk), self.clock)

    def with_pipeline(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The facts of a new ticket and, if a pipeline opens it (source ci), which one.

        A desk that declares its fields gets `fields.ci` only if that is one of them.
        """
        if facts.get("source") != "ci":
            return facts
        from ticketcli.config.ci import pipeline

        known = pipeline(os.environ)
        if known is None:
            return facts
        declared = (self.rule_files.built().bound or {}).get("fields")
        return known.add_to(facts, with_field=declared is None or "ci" in declared)

    @cached_property
    def run(self) -> str:
        """The name of this run: unique, and later ones sort behind earlier ones."""
        seconds, fraction = divmod(time.time_ns() // 1000, 1_000_000)
        return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}.{fraction:06d}Z-{os.urandom(3).hex()}"
