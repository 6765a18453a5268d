"""Channel `mail`: plain text by SMTP, or by a local program that speaks it (sendmail, msmtp, exim, postfix)."""

from __future__ import annotations

import os
import re
import smtplib
import socket
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any

from ticketcli.channels import timeout_of
from ticketcli.channels.deadline import Deadline, trusting
from ticketcli.channels.plain import one_line, signed_off
from ticketcli.channels.secrets import secret
from ticketcli.domain.events import Message
from ticketcli.errors import Undelivered

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*@[A-Za-z0-9.\-\[\]:]+")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailChannel:
    def __init__(self, spec: Mapping[str, Any], directory: str) -> None:
        self._spec, self._directory = spec, directory

    def send(self, message: Message) -> None:
        address = message.address or ""
        if not _ADDRESS.fullmatch(address):
            raise Undelivered(f"{one_line(address)[:80]!r} is no mail address", refused=True)
        mail = compose(message, self._spec["from"])
        if "sendmail" in self._spec:
            from ticketcli.channels.process import run

            text = mail.as_bytes(policy=SMTP.clone(linesep="\n")).decode()
            run([*self._spec["sendmail"], address], text, {}, self._directory, timeout_of(self._spec))
        else:
            self._by_smtp(address, mail.as_bytes(policy=SMTP))

    def _by_smtp(self, address: str, data: bytes) -> None:
        spec, host = self._spec, self._spec["host"]
        security = spec.get("security", "starttls")
        deadline = Deadline(timeout_of(spec))
        password = secret(spec, "password", self._directory)
        ca_file = spec.get("ca_file")
        context = None
        if security != "none":
            context = trusting(os.path.join(self._directory, ca_file) if ca_file else None)
        client = _Client(host, deadline, context if security == "tls" else None)
        try:
            with deadline.watch(lambda: client.sock):
                code, greeting = client.connect(host, spec.get("port") or _PORTS[security])
                if code != 220:
                    raise smtplib.SMTPConnectError(code, greeting)
                if security == "starttls":
                    client.starttls(context=context)
                if password is not None:
                    client.login(spec["user"], password)
                client.sendmail(spec["from"], [address], data)
                with suppress(OSError, smtplib.SMTPException):  # it is accepted: how we part matters no more
                    client.quit()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise _explain(host, error, deadline) from None
        finally:
            client.close()


class _Client(smtplib.SMTP):
    """Connects within the deadline; with `context` it speaks TLS from the first byte."""

    def __init__(self, host: str, deadline: Deadline, context: Any) -> None:
        self._deadline, self._context = deadline, context
        super().__init__(local_hostname=one_line(socket.gethostname()) or "localhost", timeout=deadline.left())
        self._host = host  # whose certificate STARTTLS checks; smtplib sets it only when it connects at once

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = self.sock = self._deadline.connect(host, port)
        return self._context.wrap_socket(connection, server_hostname=host) if self._context else connection


def open_mail(spec: Mapping[str, Any], directory: str) -> MailChannel:
    return MailChannel(spec, directory)


def compose(message: Message, sender: str) -> EmailMessage:
    """The mail: a repeat has the same Message-ID, so that mail programs drop it; no machine answers it."""
    mail = EmailMessage(policy=SMTP)
    domain = sender.partition("@")[2]
    mail["From"] = sender
    mail["To"] = message.address or ""
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = formatdate(message.at)
    mail["Message-ID"] = f"<{message.key}@{domain}>"
    mail["References"] = f"<ticket-{message.ticket}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Ticketcli-Key"] = message.key
    mail["X-Ticketcli-Ticket"] = str(message.ticket)
    mail.set_content(signed_off(message), cte="quoted-printable")
    return mail


def _explain(host: str, error: Exception, deadline: Deadline) -> Undelivered:
    """What the server said, or that it said nothing; only a refusal of receiver or text is for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _answered(host, code, said, refused=code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        refused = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
        return _answered(host, error.smtp_code, error.smtp_error, refused=refused)
    return deadline.explain(host, error)


def _answered(host: str, code: int, said: bytes | str, *, refused: bool) -> Undelivered:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Undelivered(f"{host} answered {code} {one_line(text)[:200]}".rstrip(), refused=refused)
