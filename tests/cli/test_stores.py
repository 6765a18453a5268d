"""Which store a desk has, and what each command makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket


def test_a_desk_may_keep_its_tickets_in_a_file_that_jq_reads(ticket: Ticket, tmp_path: Path) -> None:
    desk = str(tmp_path / "desk")
    assert ticket("init", desk, "--store", "json:tickets.json", "-q").code == 0
    assert ticket("create", "磁盘满", "--desk", desk, "-q").out == "1\n"
    assert ticket("comment", "1", "looking", "--desk", desk, "-q").code == 0
    assert ticket("sweep", "--desk", desk, "-q").code == 0

    whole = json.loads((tmp_path / "desk/tickets.json").read_text())
    assert whole["tickets"]["1"]["subject"] == "磁盘满"
    assert ticket("list", "--desk", desk, "-o", "ids").out == "1\n"
    assert not (tmp_path / "desk/tickets.db").exists()


@pytest.mark.parametrize("url", ["json:../x.json", "sqlite:rules", "json:/tmp/x", "json:", "json:a b", "memory:", "x"])
def test_the_store_of_a_new_desk_is_a_file_in_it(ticket: Ticket, tmp_path: Path, url: str) -> None:
    done = ticket("init", str(tmp_path / "desk"), "--store", url)
    assert done.code == 5 and "store" in done.err
    assert not (tmp_path / "desk").exists()
