"""Whether channels make sense: which of their keys exclude, need or replace each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.rulebook.problems import Finding
from ticketcli.rulebook.rules import Report

_SMTP = ("port", "security", "ca_file", "user", "password_file", "password_env")
_SIGNED = ("json", "feishu", "dingtalk")


def check_channels(value: Any, report: Report) -> None:
    """What is off within each channel. `report` takes pointers from the section on."""
    for name, raw in value.items() if isinstance(value, dict) else ():
        kind = raw.get("type") if isinstance(raw, dict) else None
        if isinstance(kind, str) and kind in _PER_TYPE:
            _PER_TYPE[kind](name, raw, report)


def _mail(name: str, raw: Mapping[str, Any], report: Report) -> None:
    _one_of(name, raw, ("host", "sendmail"), report)
    for key in _SMTP if "host" not in raw else ():
        if key in raw:
            _misplaced(name, key, f"{key} belongs to host", report)
    passwords = _given(raw, "password")
    if len(passwords) > 1:
        _misplaced(name, passwords[1], "the password stands in a file or in a variable, not in both", report)
    if ("user" in raw) != bool(passwords):
        lacks = "a password: add password_file or password_env" if "user" in raw else "a user for its password"
        report((name,), Finding("missing-key", f"{name} lacks {lacks}", text=name))


def _webhook(name: str, raw: Mapping[str, Any], report: Report) -> None:
    shape = raw.get("shape", "json")
    _one_of(name, raw, ("url", "url_file", "url_env"), report)
    if shape != "json" and "url" in raw:
        message = f"whoever knows the address of a {shape} robot can post there: keep it in url_file or url_env"
        report((name, "url"), Finding("secret-in-rules", message, text="url", suggestion="url_file"), key=True)
    secrets = _given(raw, "secret")
    if len(secrets) > 1:
        _misplaced(name, secrets[1], "the secret stands in a file or in a variable, not in both", report)
    if secrets and shape not in _SIGNED:
        _misplaced(name, secrets[0], f"{shape} takes no signature", report)


def _given(raw: Mapping[str, Any], what: str) -> list[str]:
    return [key for key in (f"{what}_file", f"{what}_env") if key in raw]


def _one_of(name: str, raw: Mapping[str, Any], keys: tuple[str, ...], report: Report) -> None:
    given = [key for key in keys if key in raw]
    if not given:
        report((name,), Finding("missing-key", f"{name} needs {' or '.join(keys)}", text=name))
    for key in given[1:]:
        _misplaced(name, key, f"{name} has {given[0]} already: leave one out", report)


def _misplaced(name: str, key: str, message: str, report: Report) -> None:
    report((name, key), Finding("misplaced-key", message, text=key), key=True)


_PER_TYPE: dict[str, Callable[[str, Mapping[str, Any], Report], None]] = {"mail": _mail, "webhook": _webhook}
