"""Which file systems are of the network, told by the kernel's list of mounts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ticketcli.stores import network

MOUNTS = """\
22 28 0:21 / /proc rw,nosuid shared:5 - proc proc rw
31 28 0:45 / /srv/desk rw,relatime shared:9 master:1 - nfs4 server:/desk rw,vers=4.2
32 28 0:46 /a\\040b /mnt/win rw - cifs //server/share rw
33 28 0:47 / /home/ann/far rw - fuse.sshfs ann@far: rw
34 28 0:48 / /data rw - btrfs /dev/sda2 rw
"""


@pytest.mark.parametrize(
    ("minor", "kind"), [(45, "nfs4"), (46, "cifs"), (47, "fuse.sshfs"), (48, ""), (21, ""), (99, "")]
)
def test_the_device_of_the_file_says_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, minor: int, kind: str
) -> None:
    monkeypatch.setattr(network, "_mounts", lambda: MOUNTS)
    monkeypatch.setattr(network, "_device", lambda path: os.makedev(0, minor))
    assert network.network_type(str(tmp_path / "tickets.db")) == kind


def test_a_disk_of_this_machine_needs_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_device", lambda path: os.makedev(8, 1))
    monkeypatch.setattr(network, "_mounts", lambda: pytest.fail("not needed"))
    assert network.network_type("/tickets.db") == ""


def test_a_file_that_is_not_there_yet_stands_where_its_folder_stands(tmp_path: Path) -> None:
    assert network._device(str(tmp_path / "a/b/tickets.db")) == tmp_path.stat().st_dev


def test_without_a_list_nobody_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(network, "_MOUNTS", str(tmp_path / "missing"))
    monkeypatch.setattr(network, "_device", lambda path: os.makedev(0, 45))
    network.refuse_network("/tickets.db")
