"""Stores on network file systems are refused: their locks and syncs do not hold what a store needs."""

from __future__ import annotations

import os

from ticketcli.errors import NotPermitted

_TYPES = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "lustre", "gpfs", "beegfs"),
        *("glusterfs", "orangefs", "pvfs2", "davfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.davfs2"),
        *("fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.blobfuse", "fuse.blobfuse2", "fuse.goofys"),
        *("fuse.mount-s3", "fuse.curlftpfs", "fuse.smbnetfs", "fuse.gvfsd-fuse", "fuse.juicefs", "fuse.seaweedfs"),
    )
)
_MOUNTS = "/proc/self/mountinfo"


def refuse_network(path: str) -> None:
    """Raises `NotPermitted` when the file stands, or would stand, on a network file system."""
    kind = network_type(path)
    if kind:
        raise NotPermitted(
            f"{path}: the store stands on a network file system ({kind}), which may lose or mix up changes",
            "move it to a local disk, or write `store_on_network: true` into ticketcli.yaml if you know that locks and "
            "syncs hold there",
        )


def network_type(path: str) -> str:
    """The type of the network file system on which the file stands; empty for others, and where nobody knows."""
    device = _device(path)
    if device is None or os.major(device) != 0:  # a disk of this machine has a number of its own
        return ""
    kind = type_of_device(device, _mounts())
    return kind if kind in _TYPES else ""


def type_of_device(device: int, mounts: str) -> str:
    """The type of file system that the lines of mountinfo give for the device, "" when none does."""
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.splitlines():
        words = line.split(" ")
        if words[2] == number and "-" in words:
            return words[words.index("-") + 1]
    return ""


def _device(path: str) -> int | None:
    """Of the file, or of the nearest directory around it that exists."""
    while True:
        try:
            return os.stat(path).st_dev
        except FileNotFoundError:
            above = os.path.dirname(path)
            if above == path or not above:
                return None
            path = above
        except OSError:
            return None


def _mounts() -> str:
    try:
        with open(_MOUNTS, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
