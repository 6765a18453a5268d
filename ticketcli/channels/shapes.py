"""What a webhook posts, by shape: signed JSON for programs, and what the robots of chats take."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import new as hmac
from typing import Any
from urllib.parse import quote_plus

from ticketcli.channels.file import message_json
from ticketcli.channels.plain import chat_text, cut
from ticketcli.domain.events import Message
from ticketcli.domain.instants import Instant
from ticketcli.records import NamedTuple


class Post(NamedTuple):
    """One request: its body, headers beside the usual ones, and what the address gets appended."""

    body: bytes
    headers: Mapping[str, str] = {}
    query: str = ""


class Shape(NamedTuple):
    """`post(message, secret, now)` makes the request; `accepted(answer)` is the chat's own yes within status 200."""

    post: Callable[[Message, str | None, Instant], Post]
    accepted: Callable[[Any], bool] = lambda answer: True


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace")


def _plain_json(message: Message, secret: str | None, now: Instant) -> Post:
    """The signature covers the timestamp too, so that a receiver can refuse what was recorded and sent again."""
    body = _json(message_json(message))
    if secret is None:
        return Post(body)
    signed = hmac(secret.encode(), b"%d." % now + body, sha256).hexdigest()
    return Post(body, {"X-Ticketcli-Timestamp": str(now), "X-Ticketcli-Signature": f"sha256={signed}"})


def _slack(message: Message, secret: str | None, now: Instant) -> Post:
    """Escaped as Slack asks, so that `<!channel>` and links are text; nothing is unfurled."""
    text = chat_text(message).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Post(_json({"text": cut(text, 30_000, " …"), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}))


def _feishu(message: Message, secret: str | None, now: Instant) -> Post:
    text = cut(chat_text(message), 15_000, " …")
    value: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret is not None:
        value |= {"timestamp": str(now), "sign": _digest(f"{now}\n{secret}", "")}
    return Post(_json(value))


def _dingtalk(message: Message, secret: str | None, now: Instant) -> Post:
    text = cut(chat_text(message), 15_000, " …")
    body = _json({"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": [], "isAtAll": False}})
    if secret is None:
        return Post(body)
    sign = quote_plus(_digest(secret, f"{now * 1000}\n{secret}"))
    return Post(body, query=f"timestamp={now * 1000}&sign={sign}")


def _wecom(message: Message, secret: str | None, now: Instant) -> Post:
    text = cut(chat_text(message), 2048, f" …\n({message.key})")
    return Post(_json({"msgtype": "text", "text": {"content": text, "mentioned_list": []}}))


def _digest(key: str, text: str) -> str:
    return b64encode(hmac(key.encode(), text.encode(), sha256).digest()).decode()


def _code_is_zero(*keys: str) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, dict) and any(answer.get(key) == 0 for key in keys)


SHAPES = {
    "json": Shape(_plain_json),
    "slack": Shape(_slack),
    "feishu": Shape(_feishu, _code_is_zero("code", "StatusCode")),
    "dingtalk": Shape(_dingtalk, _code_is_zero("errcode")),
    "wecom": Shape(_wecom, _code_is_zero("errcode")),
}
