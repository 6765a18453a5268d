"""Real receivers on 127.0.0.1: an SMTP and an HTTP server that fail, stall, answer twice and lose answers.

    with HttpReceiver("503", "lost") as http:
        ...                                  # the first request gets 503, the second is taken and never answered
    http.taken                               # what was accepted, in order

Each connection does what the next word says; when the words run out, `ok`. Who stalls waits until the other side
hangs up, so nothing here sleeps.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
CERTIFICATE = str(HERE / "cert.pem")


class Request(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Accepts connections one after another in a thread, until the block is left."""

    def __init__(self, *words: str, tls: bool = False, script: Callable[[int], str] | None = None) -> None:
        self.script = script or (lambda n: words[n] if n < len(words) else "ok")
        self.tls = tls
        self.seen = 0
        self.keys: list[str] = []
        """The key of every message that was taken, repeats too."""
        self.arrived = threading.Event()
        """Set when the first message has arrived whole, whatever becomes of it."""
        self._ended = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._thread.join(30)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._ended:
                connection.close()
                return
            word, self.seen = self.script(self.seen), self.seen + 1
            try:
                self._answer(self._wrapped(connection) if self.tls else connection, word)
            except OSError:
                connection.close()

    def _answer(self, connection: socket.socket, word: str) -> None:
        with connection:
            connection.settimeout(30)
            if word == "drop":
                return
            if word == "mute":
                _until_they_hang_up(connection)
                return
            with connection.makefile("rb") as lines:
                self.talk(connection, lines, word)

    def talk(self, connection: socket.socket, lines: Any, word: str) -> None:
        raise NotImplementedError

    @staticmethod
    def _wrapped(connection: socket.socket) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "receiver.pem")
        return context.wrap_socket(connection, server_side=True)


def _until_they_hang_up(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


class HttpReceiver(Receiver):
    """Words: ok, a status such as 503, `429 7` (Retry-After), lost, held, stall, drip, twice, garbage, drop, mute.

    `held` takes the request and then stalls.
    """

    def __init__(self, *words: str, answer: Any = None, **more: Any) -> None:
        super().__init__(*words, **more)
        self.answer = json.dumps({"code": 0, "errcode": 0} if answer is None else answer).encode()
        self.taken: list[Request] = []
        self.asked: list[Request] = []

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{'localhost' if self.tls else '127.0.0.1'}:{self.port}/in?a=b"

    def talk(self, connection: socket.socket, lines: Any, word: str) -> None:
        request = _request(lines)
        self.asked.append(request)
        self.arrived.set()
        status, _, pause = word.partition(" ")
        if status.isdigit():
            extra = f"Retry-After: {pause}\r\n" if pause else ""
            connection.sendall(f"HTTP/1.1 {status} No\r\n{extra}Content-Length: 0\r\n\r\n".encode())
        elif word == "stall":
            _until_they_hang_up(connection)
        elif word == "drip":
            self._drip(connection)
        elif word == "garbage":
            connection.sendall(b"\x1b[2Jhello\r\n\r\n")
        else:
            self._take(connection, request, word)

    def _take(self, connection: socket.socket, request: Request, word: str) -> None:
        self.taken.append(request)
        self.keys.append(request.headers.get("x-ticketcli-key", ""))
        if word == "held":
            _until_they_hang_up(connection)
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(self.answer) + self.answer
        if word not in ("lost", "held"):
            connection.sendall(whole * (2 if word == "twice" else 1))

    def _drip(self, connection: socket.socket) -> None:
        """An answer that never ends, each byte well before a timeout between two bytes."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        connection.settimeout(0.2)
        while True:
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                connection.sendall(b"a")


def _request(lines: Any) -> Request:
    path = lines.readline().split()[1].decode()
    headers: dict[str, str] = {}
    while (line := lines.readline().strip()) != b"":
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return Request(path, headers, lines.read(int(headers.get("content-length", 0))))


class Mail(NamedTuple):
    sender: str
    receiver: str
    data: bytes

    @property
    def read(self) -> EmailMessage:
        message = message_from_bytes(self.data, policy=default)
        assert isinstance(message, EmailMessage)
        return message


class SmtpReceiver(Receiver):
    """Words: ok, refuse (550 to RCPT), later (451 to DATA), rejected (554 to DATA), stall, lost, twice, drop, mute.

    `secure` announces STARTTLS, `login` wants these words.
    """

    def __init__(self, *words: str, secure: bool = False, login: tuple[str, str] | None = None, **more: Any) -> None:
        super().__init__(*words, **more)
        self.secure, self.login = secure, login
        self.taken: list[Mail] = []
        self.encrypted = False

    def talk(self, connection: socket.socket, lines: Any, word: str) -> None:
        connection.sendall(b"220 receiver\r\n")
        self._converse(connection, lines, word, self.tls)

    def _converse(self, connection: socket.socket, lines: Any, word: str, encrypted: bool) -> None:
        sender = receiver = ""
        for line in iter(lines.readline, b""):
            verb, _, rest = line.decode(errors="replace").strip().partition(" ")
            verb = verb.upper()
            if verb == "STARTTLS":
                connection.sendall(b"220 go\r\n")
                with self._wrapped(connection) as wrapped, wrapped.makefile("rb") as again:
                    self._converse(wrapped, again, word, True)
                return
            if verb == "MAIL":
                sender = rest
            elif verb == "RCPT":
                receiver = rest
            elif verb == "DATA" and word in ("ok", "twice", "lost", "stall"):
                connection.sendall(b"354 go on\r\n")
                data = b"".join(iter(lambda: _unstuffed(lines.readline()), b""))
                if word == "stall":
                    _until_they_hang_up(connection)
                    return
                self.encrypted = encrypted
                self._take(Mail(_address(sender), _address(receiver), data))
                if word == "lost":
                    return
            connection.sendall(self._reply(verb, rest, word, encrypted))
            if verb == "QUIT":
                return

    def _reply(self, verb: str, rest: str, word: str, encrypted: bool) -> bytes:
        if verb == "EHLO":
            offers = ["receiver", *(["STARTTLS"] if self.secure and not encrypted else [])]
            offers += ["AUTH PLAIN"] if self.login else []
            last = len(offers) - 1
            return "".join(f"250{' ' if n == last else '-'}{offer}\r\n" for n, offer in enumerate(offers)).encode()
        if verb == "AUTH":
            given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[1:]
            return b"235 welcome\r\n" if tuple(given) == self.login else b"535 wrong\r\n"
        if verb == "RCPT" and word == "refuse":
            return b"550 no such user \x1b[2J\r\n"
        if verb == "DATA" and word in ("later", "rejected"):
            return b"451 try later\r\n" if word == "later" else b"554 spam\r\n"
        return b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n" * (2 if verb == "DATA" and word == "twice" else 1)

    def _take(self, mail: Mail) -> None:
        self.taken.append(mail)
        self.keys.append(str(mail.read["X-Ticketcli-Key"]))
        self.arrived.set()


def _unstuffed(line: bytes) -> bytes:
    if line in (b".\r\n", b""):
        return b""
    return line[1:] if line.startswith(b".") else line


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


