"""SHA-256 without OpenSSL: hashlib loads it at import (2 ms), the built-in module is there at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

sha256: Callable[[bytes], Any]

try:
    from _sha2 import sha256
except ImportError:
    try:
        from _sha256 import sha256
    except ImportError:
        from hashlib import sha256
