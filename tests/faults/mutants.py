"""`python tests/faults/mutants.py [NAME]…`: takes out one safeguard at a time, in a copy, and shows which test notices.

Exits 1 unless each named test passes as things are and fails without its safeguard.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parents[2]


class Mutant(NamedTuple):
    """`there` stands once in `file` and gives way to `instead`; then `test` has to fail."""

    name: str
    file: str
    there: str
    instead: str
    test: str


MUTANTS = (
    Mutant(
        "the sync of each commit", "ticketcli/stores/sqlite.py",
        '"PRAGMA synchronous = FULL"', '"PRAGMA synchronous = OFF"',
        "tests/stores/test_sqlite_log.py::test_a_commit_waits_for_the_disk",
    ),
    Mutant(
        "looking at the store before SQLite does", "ticketcli/stores/sqlite.py",
        "        if not self._looked_at:\n", "        if True:\n",
        "tests/stores/test_sqlite_log.py::test_another_program_that_closes_the_store_leaves_our_log",
    ),
    Mutant(
        "the lock between writers", "ticketcli/stores/lock.py",
        "            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n", "            pass\n",
        "tests/stores/test_lock.py::test_one_at_a_time",
    ),
    Mutant(
        "the check of --if-version", "ticketcli/services/changing.py",
        "if version is not None and ticket.version != version:", "if False:",
        "tests/services/test_changing.py::test_a_version_that_somebody_changed_is_a_conflict",
    ),
    Mutant(
        "the checksum of a row", "ticketcli/stores/sqlite_rows.py",
        "return sql.checksum(table, id, row) == crc", "return True",
        "tests/stores/test_sqlite_damage.py::test_any_changed_value_of_a_row_is_noticed",
    ),
    Mutant(
        "the escape of terminal codes", "ticketcli/cli/escape.py",
        "return _pattern().sub(_code, text)", "return text",
        "tests/cli/test_escape.py::test_unsafe_characters_are_shown_as_their_codes",
    ),
    Mutant(
        "the sync of a json: file", "ticketcli/stores/jsonfile.py",
        "        os.fsync(file)\n", "        pass\n",
        "tests/stores/test_jsonfile.py::test_what_fails_before_the_move_changed_nothing",
    ),
    Mutant(
        "the move into place", "ticketcli/stores/jsonfile.py",
        "        os.replace(draft, path)\n", "        open(path, 'wb').write(data)\n",
        "tests/stores/test_jsonfile.py::test_what_fails_before_the_move_changed_nothing",
    ),
)  # fmt: skip


def main(names: list[str]) -> int:
    """Tries the mutants of these names, or all; answers the exit code."""
    known = {mutant.name: mutant for mutant in MUTANTS}
    if unknown := set(names) - set(known):
        print(f"no mutant {sorted(unknown)}; there are: {', '.join(known)}")
        return 2
    noticed = [_try(known[name]) for name in names or known]
    print(f"{sum(noticed)} of {len(noticed)} noticed")
    return 0 if all(noticed) else 1


def _try(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".mypy_cache", ".hypothesis", "dist", "build")
        shutil.copytree(TOP, copy, ignore=ignored)
        sound = _passes(copy, mutant.test)
        file = copy / mutant.file
        text = file.read_text()
        if text.count(mutant.there) != 1:
            print(f"GONE     without {mutant.name}: {mutant.file} does not hold it once")
            return False
        file.write_text(text.replace(mutant.there, mutant.instead))
        broken = _passes(copy, mutant.test)
    word = "noticed " if sound and not broken else "FAILS AS IT IS" if not sound else "UNNOTICED"
    print(f"{word} without {mutant.name}: {mutant.test}", flush=True)
    return sound and not broken


def _passes(tree: Path, test: str) -> bool:
    """Whether the test passes in the tree. Raises `RuntimeError` when there is no such test."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", test]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{test} does not run: {done.stdout[-500:]}{done.stderr[-500:]}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
