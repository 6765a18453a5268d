"""One deadline for a whole conversation: a peer that answers a byte at a time is cut off like one that is silent."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ticketcli.channels.plain import one_line
from ticketcli.errors import Undelivered

_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self.passed = False

    def left(self) -> float:
        """Seconds left, never nothing: sockets take 0 for "do not wait"."""
        return max(0.01, self._ends - time.monotonic())

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection that gives up at the deadline. Raises `OSError`."""
        connection = socket.create_connection((host, port), self.left())
        # A request goes out in two pieces, and the second would wait for the peer's belated acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @contextmanager
    def watch(self, current: Callable[[], socket.socket | None]) -> Iterator[None]:
        """Shuts the connection that `current` answers when the time is up, so that whatever waits on it ends."""
        timer = threading.Timer(self.left(), self._end, (current,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self, current: Callable[[], socket.socket | None]) -> None:
        self.passed = True
        connection = current()
        if connection is not None:
            with suppress(OSError):  # by the name of the base class: it leaves the state of TLS alone
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def explain(self, peer: str, error: Exception) -> Undelivered:
        """The failure of a conversation with `peer` in plain words: nobody knows whether the message was taken."""
        late = time.monotonic() > self._ends - 0.05  # the socket's own timeout may come just before ours
        if self.passed or late or isinstance(error, TimeoutError):
            return Undelivered(f"{peer} did not answer within {self._seconds:g} s", unreachable=True)
        if isinstance(error, ssl.SSLCertVerificationError):
            why = f"{peer}: its certificate is not trusted ({error.verify_message})"
            return Undelivered(why, "name its authority in ca_file", unreachable=True)
        why = one_line(getattr(error, "strerror", None) or str(error) or "the connection was closed")
        nobody = isinstance(error, (ConnectionRefusedError, socket.gaierror)) or getattr(error, "errno", 0) in _NO_WAY
        return Undelivered(f"{peer}: {why[:200].lower()}", unreachable=nobody)


def trusting(ca_file: str | None) -> ssl.SSLContext:
    """TLS that checks certificates and names, by the system's authorities or those of a file. Raises `Undelivered`."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Undelivered(f"ca_file: {ca_file}: {why}", "it must hold certificates in PEM form") from None
