"""Channel `webhook`: one POST, accepted when the other side says so. Redirects and proxies are not followed."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ticketcli import __version__
from ticketcli.channels import timeout_of
from ticketcli.channels.deadline import Deadline, trusting
from ticketcli.channels.plain import one_line
from ticketcli.channels.secrets import secret
from ticketcli.channels.shapes import SHAPES, Post
from ticketcli.domain.events import Message
from ticketcli.domain.instants import Instant
from ticketcli.errors import Undelivered

_REFUSED = (400, 413, 422)
"""Of this message the receiver will never take; every other status may be another tomorrow."""
_LONGEST_ANSWER = 64 << 10
_LONGEST_PAUSE = 86400


class WebhookChannel:
    """`now` is what signatures are made at: receivers compare it with their clocks."""

    def __init__(self, spec: Mapping[str, Any], directory: str, now: Callable[[], Instant]) -> None:
        self._spec, self._directory, self._now = spec, directory, now

    def send(self, message: Message) -> None:
        spec = self._spec
        shape = SHAPES[spec.get("shape", "json")]
        url = _address(spec.get("url") or secret(spec, "url", self._directory) or "")
        post = shape.post(message, secret(spec, "secret", self._directory), self._now())
        answer = self._post(url, post, message.key)
        if not shape.accepted(answer):
            raise Undelivered(f"{url.hostname} did not take it: {one_line(str(answer))[:200]}")

    def _post(self, url: SplitResult, post: Post, key: str) -> Any:
        """The answer's JSON (None when it is none) to a request that was accepted. Raises `Undelivered`."""
        deadline = Deadline(timeout_of(self._spec))
        host = url.hostname or ""
        connection = HTTPConnection(host, url.port or (443 if url.scheme == "https" else 80), timeout=deadline.left())
        try:
            with deadline.watch(lambda: connection.sock):
                connection.sock = self._connected(connection, url, deadline)
                connection.request("POST", _target(url, post.query), post.body, _headers(post, key))
                response = connection.getresponse()
                data = response.read(_LONGEST_ANSWER) if response.status < 300 else b""
        except (OSError, HTTPException, ValueError) as error:
            raise deadline.explain(host, error) from None
        finally:
            connection.close()
        if deadline.passed:  # an answer that we cut off ourselves looks like one that ended
            raise deadline.explain(host, TimeoutError())
        _check(host, response)
        return _json(data)

    def _connected(self, connection: HTTPConnection, url: SplitResult, deadline: Deadline) -> socket.socket:
        plain = connection.sock = deadline.connect(connection.host, connection.port)
        if url.scheme != "https":
            return plain
        ca_file = self._spec.get("ca_file")
        context = trusting(os.path.join(self._directory, ca_file) if ca_file else None)
        return context.wrap_socket(plain, server_hostname=connection.host)


def open_webhook(spec: Mapping[str, Any], directory: str) -> WebhookChannel:
    return WebhookChannel(spec, directory, lambda: int(time.time()))


def _address(text: str) -> SplitResult:
    """The address; nothing of it but its host is ever shown, for the rest may be a secret."""
    try:
        url = urlsplit(text)
        if url.scheme in ("http", "https") and url.hostname and (url.port is None or url.port) and text.isascii():
            return url
    except ValueError:
        pass
    raise Undelivered("the address of the webhook is no http:// or https:// address", "look into its file or variable")


def _target(url: SplitResult, query: str) -> str:
    whole = "&".join(part for part in (url.query, query) if part)
    return (url.path or "/") + (f"?{whole}" if whole else "")


def _headers(post: Post, key: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"ticketcli/{__version__}",
        "X-Ticketcli-Key": key,
        "Connection": "close",
        **post.headers,
    }


def _check(host: str, response: HTTPResponse) -> None:
    """Raises `Undelivered` unless the status says that the message was taken."""
    status = response.status
    if 200 <= status < 300:
        return
    why = f"{host} answered {status} {one_line(response.reason)[:80]}".rstrip()
    pause = response.headers.get("Retry-After", "").strip()
    after = min(int(pause), _LONGEST_PAUSE) if pause.isascii() and pause.isdigit() else 0
    raise Undelivered(why, refused=status in _REFUSED, after=after)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
