"""Which row keys of a file were met before, and on which line: 24 bytes a row, so that files may be long."""

from __future__ import annotations

from array import array


class Seen:
    """A hash table of hashes; two keys are taken for one with a chance of one in 10^7 in a million rows."""

    def __init__(self) -> None:
        self._hashes = array("q", bytes(8 * 1024))
        self._lines = array("q", bytes(8 * 1024))
        self._used = 0

    def before(self, key: str, line: int) -> int | None:
        """The line on which the key was met first; None when this is the first time, which is noted."""
        if self._used * 3 > len(self._hashes) * 2:
            self._grow()
        at, digest = self._place(hash(key) or 1)
        if self._hashes[at]:
            return self._lines[at]
        self._hashes[at], self._lines[at] = digest, line
        self._used += 1
        return None

    def _place(self, digest: int) -> tuple[int, int]:
        """Where that hash stands, or is to stand."""
        hashes, mask = self._hashes, len(self._hashes) - 1
        at = digest & mask
        while hashes[at] and hashes[at] != digest:
            at = (at + 1) & mask
        return at, digest

    def _grow(self) -> None:
        old = zip(self._hashes, self._lines, strict=True)
        size = 8 * 2 * len(self._hashes)
        self._hashes, self._lines = array("q", bytes(size)), array("q", bytes(size))
        for digest, line in old:
            if digest:
                at, _ = self._place(digest)
                self._hashes[at], self._lines[at] = digest, line
