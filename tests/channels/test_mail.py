"""Channel `mail` against a real server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.channels.making import KEY, a_message, hostile
from tests.channels.receivers import CERTIFICATE, SmtpReceiver
from ticketcli.channels import open_channel
from ticketcli.errors import Undelivered

MAIL = """\
From: desk@x.cn
To: lee@x.cn
Subject: [#12] =?utf-8?b?56OB55uY5ruh?=
Date: Mon, 02 Mar 2026 09:00:00 -0000
Message-ID: <344aa489c959ad74ff70d8ca05514a3d@x.cn>
References: <ticket-12@x.cn>
Auto-Submitted: auto-generated
X-Ticketcli-Key: 344aa489c959ad74ff70d8ca05514a3d
X-Ticketcli-Ticket: 12
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

#12 will be closed
unless you write =E7=A3=81

--=20
344aa489c959ad74ff70d8ca05514a3d
"""


def spec(smtp: SmtpReceiver, **more: Any) -> dict[str, Any]:
    plain = {"type": "mail", "host": "localhost", "port": smtp.port, "from": "desk@x.cn", "security": "none"}
    return {**plain, "timeout": "1s", **more}


def failure(channel: dict[str, Any], folder: str = ".", **message: Any) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        open_channel(channel, folder).send(a_message(**message))
    return caught.value


def test_a_mail_is_plain_and_says_who_sent_it_and_why() -> None:
    with SmtpReceiver() as smtp:
        open_channel(spec(smtp), ".").send(a_message(body="#12 will be closed\nunless you write 磁\n"))

    (mail,) = smtp.taken
    assert (mail.sender, mail.receiver) == ("desk@x.cn", "lee@x.cn")
    assert mail.data.decode().replace("\r\n", "\n") == MAIL


def test_a_hostile_ticket_adds_no_header_no_receiver_and_ends_no_mail() -> None:
    with SmtpReceiver() as smtp:
        open_channel(spec(smtp), ".").send(hostile())

    (mail,) = smtp.taken
    assert mail.read["Bcc"] is None
    assert str(mail.read["Subject"]).startswith("x Bcc: all@x.cn <!channel>")
    assert "\n.\nMAIL FROM:<a@x.cn>\n" in mail.read.get_content().replace("\r\n", "\n")
    assert mail.read.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "address", ["a@x.cn, b@x.cn", "-oQ/tmp@x.cn", "a@x.cn\r\nRCPT TO:<b@x.cn>", "a b@x.cn", "", "a@"]
)
def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    with SmtpReceiver() as smtp:
        error = failure(spec(smtp), address=address)

    assert error.refused
    assert smtp.seen == 0


@pytest.mark.parametrize(
    ("word", "refused", "unreachable", "said"),
    [
        ("refuse", True, False, "answered 550 no such user"),
        ("rejected", True, False, "answered 554 spam"),
        ("later", False, False, "answered 451 try later"),
        ("lost", False, False, "closed"),
        ("drop", False, False, "closed"),
        ("stall", False, True, "did not answer within 1 s"),
        ("mute", False, True, "did not answer within 1 s"),
    ],
)
def test_a_server_that_fails_is_told_of(word: str, refused: bool, unreachable: bool, said: str) -> None:
    with SmtpReceiver(word) as smtp:
        error = failure(spec(smtp))

    assert said in error.message
    assert error.message.isprintable()
    assert (error.refused, error.unreachable) == (refused, unreachable)


def test_an_answer_that_is_lost_leads_to_a_repeat_with_the_same_message_id() -> None:
    with SmtpReceiver("lost") as smtp:
        failure(spec(smtp))
        open_channel(spec(smtp), ".").send(a_message())

    assert smtp.keys == [KEY, KEY]
    assert {str(mail.read["Message-ID"]) for mail in smtp.taken} == {f"<{KEY}@x.cn>"}


def test_a_server_that_answers_twice_took_it_once() -> None:
    with SmtpReceiver("twice") as smtp:
        open_channel(spec(smtp), ".").send(a_message())

    assert len(smtp.taken) == 1


@pytest.mark.parametrize(("security", "tls"), [("starttls", False), ("tls", True)])
def test_it_logs_in_over_tls_only(security: str, tls: bool, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    with SmtpReceiver(tls=tls, secure=not tls, login=("desk", "s3cret")) as smtp:
        more = {"security": security, "ca_file": CERTIFICATE, "user": "desk", "password_file": "password"}
        open_channel(spec(smtp, **more), str(tmp_path)).send(a_message())

    assert smtp.encrypted
    assert smtp.keys == [KEY]


def test_a_password_that_is_wrong_is_not_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "wr0ng")
    with SmtpReceiver(login=("desk", "s3cret")) as smtp:
        error = failure(spec(smtp, user="desk", password_env="PASSWORD"))

    assert "answered 535 wrong" in error.message
    assert not error.refused
    assert "wr0ng" not in error.message


def test_a_server_without_starttls_gets_nothing() -> None:
    with SmtpReceiver() as smtp:
        failure(spec(smtp, security="starttls"))

    assert smtp.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with SmtpReceiver(secure=True) as smtp:
        error = failure(spec(smtp, security="starttls"))

    assert "its certificate is not trusted" in error.message
    assert "ca_file" in error.hint
    assert smtp.taken == []


@pytest.mark.parametrize(("code", "refused"), [(75, False), (67, True), (1, False)])
def test_a_program_says_by_its_exit_code_whether_to_try_again(code: int, refused: bool, tmp_path: Path) -> None:
    program = [sys.executable, "-S", "-c", f"import sys; print('\\x1b[2Jno'); sys.exit({code})"]
    error = failure({"type": "mail", "sendmail": program, "from": "desk@x.cn"}, str(tmp_path))

    assert error.refused is refused
    assert error.message.endswith(f"exit code {code}: \ufffd[2Jno")


def test_the_address_is_the_last_argument_of_the_program(tmp_path: Path) -> None:
    program = [sys.executable, "-S", "-c", "import sys; open('args', 'w').write(' '.join(sys.argv[1:]))", "-i"]
    open_channel({"type": "mail", "sendmail": program, "from": "desk@x.cn"}, str(tmp_path)).send(a_message())

    assert (tmp_path / "args").read_text() == "-i lee@x.cn"
