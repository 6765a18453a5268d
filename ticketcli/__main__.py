"""Where the commands `ticket`, `ticketcli` and `python -m ticketcli` begin."""

from __future__ import annotations

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Runs the call. A call ends long before cycles of garbage matter, but each collection would walk all that was
    imported: a twentieth of a short call."""
    gc.set_threshold(100_000)
    from ticketcli.cli.main import main as call

    call()


if __name__ == "__main__":
    main()
