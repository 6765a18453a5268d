"""Channel `webhook` against a real server: what it posts, signs, and takes for a yes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.channels.making import KEY, NINE, a_message
from tests.channels.receivers import CERTIFICATE, HttpReceiver
from ticketcli.channels.webhook import WebhookChannel
from ticketcli.errors import Undelivered


def send(http: HttpReceiver, message: Any = None, url: str = "", **more: Any) -> None:
    spec = {"type": "webhook", "url": url or http.url, "timeout": "1s", **more}
    WebhookChannel(spec, ".", lambda: NINE).send(message or a_message())


def failure(http: HttpReceiver, **more: Any) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        send(http, **more)
    return caught.value


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s3cret")


def test_json_carries_everything_and_the_key_stands_in_a_header_too() -> None:
    with HttpReceiver() as http:
        send(http)

    (request,) = http.taken
    assert request.path == "/in?a=b"
    assert request.headers["x-ticketcli-key"] == KEY
    assert request.json == {
        "key": KEY, "ticket": 12, "kind": "reminder", "rule": "autoclose/silent", "to": "lee@x.cn",
        "subject": "[#12] 磁盘满", "body": "#12 will be closed\nunless you write\n", "at": "2026-03-02T09:00:00Z",
    }  # fmt: skip
    assert "x-ticketcli-signature" not in request.headers


def test_the_signature_covers_timestamp_and_body() -> None:
    import hashlib
    import hmac

    with HttpReceiver() as http:
        send(http, secret_env="SECRET")

    (request,) = http.taken
    stamp = request.headers["x-ticketcli-timestamp"]
    signed = hmac.new(b"s3cret", stamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert stamp == str(NINE)
    assert request.headers["x-ticketcli-signature"] == f"sha256={signed}"


TEXT = f"[#12] 磁盘满\n#12 will be closed\nunless you write\n({KEY})"
# The signatures are those that `openssl dgst -sha256 -hmac` gives for the algorithms that Feishu and DingTalk publish.
SHAPED = {
    "slack": ({"text": TEXT, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}, "/in?a=b"),
    "feishu": (
        {
            "msg_type": "text",
            "content": {"text": TEXT},
            "timestamp": "1772442000",
            "sign": "t+PIDNc8yw8u77ZgnTsoW2uHkPEqGYPS2z4u3VAQOBA=",
        },
        "/in?a=b",
    ),
    "dingtalk": (
        {"msgtype": "text", "text": {"content": TEXT}, "at": {"atMobiles": [], "isAtAll": False}},
        "/in?a=b&timestamp=1772442000000&sign=y%2BRx7fsWitNxLR4qx0qyxxyorQkKDy8vQiW5J2OTkGs%3D",
    ),
    "wecom": ({"msgtype": "text", "text": {"content": TEXT, "mentioned_list": []}}, "/in?a=b"),
}


@pytest.mark.parametrize("shape", SHAPED)
def test_a_chat_gets_what_its_robot_takes(shape: str) -> None:
    with HttpReceiver() as http:
        send(http, shape=shape, **({"secret_env": "SECRET"} if shape in ("feishu", "dingtalk") else {}))

    (request,) = http.taken
    assert (request.json, request.path) == SHAPED[shape]


@pytest.mark.parametrize("shape", ["feishu", "dingtalk", "wecom"])
def test_a_chat_that_says_no_within_200_has_not_taken_it(shape: str) -> None:
    with HttpReceiver(answer={"code": 19021, "errcode": 310000, "errmsg": "sign not match \x1b[2J"}) as http:
        error = failure(http, shape=shape)

    assert "did not take it" in error.message
    assert error.message.isprintable()
    assert not error.refused


@pytest.mark.parametrize("shape", ["slack", "feishu", "dingtalk", "wecom"])
def test_a_long_text_is_cut_and_the_key_or_an_ellipsis_ends_it(shape: str) -> None:
    with HttpReceiver() as http:
        send(http, a_message(body="磁" * 50_000), shape=shape)

    (request,) = http.taken
    assert len(request.body) <= 31_000
    if shape == "wecom":
        content = request.json["text"]["content"]
        assert len(content.encode()) <= 2048
        assert content.endswith(f"({KEY})")


@pytest.mark.parametrize(
    ("word", "refused", "unreachable", "after", "said"),
    [
        ("503", False, False, 0, "answered 503"),
        ("429 7", False, False, 7, "answered 429"),
        ("429 99999999", False, False, 86400, "answered 429"),
        ("429 soon", False, False, 0, "answered 429"),
        ("302", False, False, 0, "answered 302"),
        ("404", False, False, 0, "answered 404"),
        ("400", True, False, 0, "answered 400"),
        ("lost", False, False, 0, "closed"),
        ("drop", False, False, 0, ""),
        ("garbage", False, False, 0, "hello"),
        ("stall", False, True, 0, "did not answer within 1 s"),
        ("drip", False, True, 0, "did not answer within 1 s"),
    ],
)
def test_a_server_that_fails_is_told_of(word: str, refused: bool, unreachable: bool, after: int, said: str) -> None:
    with HttpReceiver(word) as http:
        error = failure(http)

    assert said in error.message
    assert error.message.isprintable()
    assert (error.refused, error.unreachable, error.after) == (refused, unreachable, after)
    assert "a=b" not in error.message


def test_nobody_at_the_address_is_unreachable() -> None:
    with HttpReceiver() as http:
        pass

    assert failure(http).unreachable


def test_a_server_that_answers_twice_took_it_once() -> None:
    with HttpReceiver("twice") as http:
        send(http)

    assert http.keys == [KEY]


def test_https_checks_the_certificate() -> None:
    with HttpReceiver(tls=True) as http:
        error = failure(http)
        send(http, ca_file=CERTIFICATE)

    assert "its certificate is not trusted" in error.message
    assert http.keys == [KEY]


@pytest.mark.parametrize("url", ["ftp://x.cn/", "nothing", "http://", "http://x.cn:0/", "http://x.cn:99999/", "http://磁/"])
def test_an_address_in_a_variable_that_is_none_is_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URL", url)
    with pytest.raises(Undelivered) as caught:
        WebhookChannel({"type": "webhook", "url_env": "URL"}, ".", lambda: NINE).send(a_message())

    assert url.removeprefix("http://") not in caught.value.message or url == "http://"
    assert "no http:// or https:// address" in caught.value.message


def test_what_json_cannot_hold_still_arrives() -> None:
    with HttpReceiver() as http:
        send(http, a_message(body="half \ud83d"))

    assert json.loads(http.taken[0].body)["body"].startswith("half ")
