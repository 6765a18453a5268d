"""Messages to send, and what hostile ones hold."""

from __future__ import annotations

from typing import Any

from ticketcli.domain.events import Message
from ticketcli.domain.instants import parse_instant

NINE = parse_instant("2026-03-02T09:00:00Z")
KEY = "344aa489c959ad74ff70d8ca05514a3d"
HOSTILE_SUBJECT = "x\r\nBcc: all@x.cn\r\n\r\n<!channel> @all $(touch hacked) \x1b]0;t\x07\u202etxt"
HOSTILE_BODY = (
    "first\r\n.\r\nMAIL FROM:<a@x.cn>\r\n<!channel> <!here> <@U123> @all @here @所有人 <at user_id=\"all\">all</at>\n"
    "<https://x.cn|click> `touch hacked` $(touch hacked); touch hacked\n"
    "\x1b[2J\x9b31m\u202e\u200b<script>alert(1)</script>"
)


def a_message(**more: Any) -> Message:
    values = {
        "key": KEY, "ticket": 12, "kind": "reminder", "to": "lee@x.cn", "via": "out", "subject": "[#12] 磁盘满",
        "body": "#12 will be closed\nunless you write\n", "at": NINE, "rule": "autoclose/silent", "state": "queued",
        "address": "lee@x.cn",
    }  # fmt: skip
    return Message(**{**values, **more})


def hostile(**more: Any) -> Message:
    return a_message(subject=HOSTILE_SUBJECT, body=HOSTILE_BODY, **more)
