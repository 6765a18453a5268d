"""Pages about other files whose form is judged like that of rule files: ticketcli.yaml, and mappings of an import."""

from __future__ import annotations

from ticketcli.rulebook.page import Page

_SETTINGS, _MAPPING = "ticketcli.yaml", "mapping.yaml"
PAGES = (
    Page(
        "share",
        "error",
        "the text is no share of the tickets",
        "`guard.max_share` is a share of the tickets that are not final, 0% to 100%.",
        bad={_SETTINGS: "guard: {max_share: half}\n"},
        cured={_SETTINGS: "guard: {max_share: 50%}\n"},
    ),
    Page(
        "store",
        "error",
        "tickets cannot be kept there",
        "`store` is sqlite:FILE or json:FILE; a relative path is in the desk. `ticket store move` changes it with all "
        "that is in it.",
        bad={_SETTINGS: "store: 'mysql:tickets'\n"},
        cured={_SETTINGS: "store: 'sqlite:tickets.db'\n"},
    ),
    Page(
        "unknown-encoding",
        "error",
        "there is no such encoding of texts",
        "An import tells UTF-8, UTF-16 and GB18030 from the bytes; `encoding` names any other, such as latin-1.",
        bad={_MAPPING: "encoding: utf-9\n"},
        cured={_MAPPING: "encoding: gb18030\n"},
    ),
    Page(
        "unknown-timezone",
        "error",
        "there is no such time zone",
        "Zones have IANA names such as Asia/Shanghai, Europe/Berlin or UTC. The message names the nearest one.",
        bad={_SETTINGS: "timezone: Asia/Shangai\n"},
        cured={_SETTINGS: "timezone: Asia/Shanghai\n"},
    ),
)
