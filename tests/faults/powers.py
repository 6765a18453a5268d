"""Root without its power over modes: bound by them like every owner of a file."""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import sys
import tempfile

_DROP_FROM_BOUNDING_SET = 24
_OVER_MODES = (1, 2, 3)
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER."""
_prctl = ctypes.CDLL(None).prctl


def without_powers() -> None:
    """For `preexec_fn`: what is executed next has none of these powers, whoever runs it."""
    for power in _OVER_MODES if os.geteuid() == 0 else ():
        if _prctl(_DROP_FROM_BOUNDING_SET, power, 0, 0, 0) != 0:
            raise OSError("the powers of root cannot be dropped")


@functools.lru_cache(maxsize=1)
def modes_bind() -> bool:
    """Whether a process started so may not write what its mode forbids."""
    with tempfile.NamedTemporaryFile() as file:
        os.chmod(file.name, 0o400)
        command = [sys.executable, "-c", "import sys; open(sys.argv[1], 'w')", file.name]
        try:
            done = subprocess.run(command, preexec_fn=without_powers, stderr=subprocess.PIPE, timeout=60)
        except (OSError, subprocess.SubprocessError):
            return False
        return b"PermissionError" in done.stderr
