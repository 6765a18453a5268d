"""A progress bar on stderr, for people at a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_EVERY = 0.1
"""Seconds between two drawings."""
_WIDTH = 30


class Progress:
    """How far a file was read. Use it in a `with` block: the bar is gone when it ends."""

    def __init__(self, what: str, total: int, position: Callable[[], int], *, quiet: bool) -> None:
        self._what, self._total, self._position = what, max(total, 1), position
        self._shown = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._drawn = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.clear()

    def step(self) -> None:
        """Draws the bar anew, if enough time has passed."""
        if not self._shown or time.monotonic() - self._drawn < _EVERY:
            return
        self._drawn = time.monotonic()
        share = min(self._position() / self._total, 1.0)
        bar = ("#" * int(share * _WIDTH)).ljust(_WIDTH, ".")
        self._put(f"\r{self._what} [{bar}] {share:4.0%}")

    def clear(self) -> None:
        """Takes the bar away, so that something else can be said."""
        if self._shown and self._drawn:
            self._put("\r\x1b[K")
            self._drawn = 0.0

    def _put(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):
            self._shown = False
