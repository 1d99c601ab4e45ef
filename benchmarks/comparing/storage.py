"""Where the bytes lie: files, loop devices made here, devices of the user. All that is made here goes again."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import pathlib
import shutil
import stat
import tempfile

from .direct import device_size_and_sector, forget
from .errors import BadRequest, Ended
from .processes import output_of
from .shapes import dirty
from .sizes import UNIT_BYTES, size_text


# Its files are memory.
MEMORY_FOLDER = "/dev/shm"


@dataclasses.dataclass(frozen=True)
class Place:
    """A source or a target.

    A loop device knows the file below it; a file that each program makes anew has no path yet.
    """

    kind: str  # file or device
    path: str
    size_bytes: int
    backing: str | None = None
    sector_bytes: int | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which has holes that can be seen."""
        return self.kind == "file"

    def occupied_bytes(self) -> int | None:
        """What it occupies below; unknown for a device of the user."""
        below = self.path if self.is_file else self.backing
        return os.stat(below).st_blocks * 512 if below else None

    def forget(self) -> None:
        """Takes it out of the page cache, and what is below it."""
        forget(self.path)
        if self.backing:
            forget(self.backing)

    def make_cold(self, state: str) -> None:
        """Brings a device to the state before a copy: dirty (all of it written) or discarded."""
        if state == "discarded":
            output_of("blkdiscard", "--force", self.path)
        else:
            dirty(self.path, self.size_bytes)


def free_bytes(folder: str) -> int:
    """How much can be written to a folder; below /dev/shm not more than there is memory."""
    free = shutil.disk_usage(folder).free
    if os.path.realpath(folder).startswith(MEMORY_FOLDER):
        for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                free = min(free, int(value.split()[0]) * 1024)
    return free


class Workspace:
    """A folder with what a comparison makes: files, loop devices. A context manager that leaves nothing."""

    def __init__(self, parent: str) -> None:
        if not os.path.isdir(parent) or not os.access(parent, os.W_OK):
            raise BadRequest(f"no folder to write to: {parent}")
        self._parent = parent
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Workspace":
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenure-compare.", dir=self._parent))
        self._stack.callback(shutil.rmtree, self.folder)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def need_room(self, needed_bytes: int) -> None:
        """Refuses when the file system has less room than will be written."""
        free = free_bytes(self._parent)
        if needed_bytes > free:
            raise BadRequest(
                f"{size_text(needed_bytes)} are needed in {self._parent} and {size_text(free)} are free:"
                " give a smaller --size or another --folder"
            )

    def sparse_file(self, name: str, size_bytes: int) -> Place:
        """A new file that is one hole."""
        path = self.folder / name
        with open(path, "xb") as file:
            try:
                file.truncate(size_bytes)
            except OSError as error:
                raise BadRequest(
                    f"{self._parent} takes no file of {size_text(size_bytes)} ({error.strerror})"
                ) from error
        return Place("file", str(path), size_bytes)

    def loop_device(self, name: str, size_bytes: int, sector_bytes: int) -> "LoopDevice":
        """A new loop device over a new sparse file."""
        return LoopDevice(self.sparse_file(name, size_bytes).path, size_bytes, sector_bytes)


class LoopDevice:
    """A loop device over a file, detached at the end; the file goes too. A context manager."""

    def __init__(self, backing: str, size_bytes: int, sector_bytes: int) -> None:
        self._backing = backing
        self._size = size_bytes
        self._sector = sector_bytes

    def __enter__(self) -> Place:
        attach = ["losetup", "--find", "--show", "--sector-size", str(self._sector)]
        try:
            # Past the page cache, as a disk would be; tmpfs may not be able to.
            self._device = output_of(*attach, "--direct-io=on", self._backing).strip()
        except Ended:
            self._device = output_of(*attach, self._backing).strip()
        return Place("device", self._device, self._size, self._backing, self._sector)

    def __exit__(self, *_: object) -> None:
        output_of("losetup", "--detach", self._device)
        os.unlink(self._backing)


def user_device(path: str, to_be_written: bool) -> Place:
    """A device of the user that nobody else is using."""
    try:
        if not stat.S_ISBLK(os.stat(path).st_mode):
            raise BadRequest(f"{path} is no block device")
        # Exclusive: refused while it, or a part of it, is mounted, swap, or below another device.
        access = os.O_RDWR if to_be_written else os.O_RDONLY
        os.close(os.open(path, access | os.O_EXCL | os.O_CLOEXEC))
    except OSError as error:
        why = "it is mounted or in use" if error.errno == errno.EBUSY else error.strerror
        raise BadRequest(f"{path} cannot be taken: {why}") from error
    size, sector = device_size_and_sector(path)
    if size == 0 or size % UNIT_BYTES:
        raise BadRequest(f"{path} has {size} bytes: a multiple of {size_text(UNIT_BYTES)} is needed")
    return Place("device", path, size, sector_bytes=sector)
