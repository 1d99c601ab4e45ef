"""Reading and writing past the page cache, which is slow and would hold what is to be cold."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import stat
import struct
from collections.abc import Iterator

from .sizes import MIB

CHUNK_BYTES = 4 * MIB

# <linux/fs.h>
_BLKGETSIZE64 = 0x80081272
_BLKFLSBUF = 0x1261
_BLKSSZGET = 0x1268

_libc = ctypes.CDLL(None, use_errno=True)
_libc.memcmp.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


class Buffer:
    """Page-aligned memory for one request, on huge pages where there are any."""

    def __init__(self) -> None:
        # Private: shared memory has no huge pages.
        self._memory = mmap.mmap(-1, CHUNK_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            try:
                self._memory.madvise(mmap.MADV_HUGEPAGE)
            except OSError:
                pass  # a kernel without huge pages: only slower
        self.view = memoryview(self._memory)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))

    def equals(self, other: "Buffer", length: int) -> bool:
        """Whether the first bytes of both are the same."""
        return _libc.memcmp(self.address, other.address, length) == 0


class DirectFile:
    """A file or block device, opened past the page cache where the file system allows that."""

    def __init__(self, path: str, flags: int) -> None:
        self.path = path
        try:
            self.descriptor = os.open(path, flags | os.O_DIRECT | os.O_CLOEXEC)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self.descriptor = os.open(path, flags | os.O_CLOEXEC)

    def __enter__(self) -> "DirectFile":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)

    def read(self, buffer: Buffer, offset: int, length: int) -> None:
        """Fills the beginning of the buffer; an early end is an error."""
        done = os.preadv(self.descriptor, [buffer.view[:length]], offset)
        if done != length:
            raise OSError(errno.EIO, f"read {done} of {length} bytes at {offset}", self.path)

    def write(self, buffer: Buffer, offset: int, length: int) -> None:
        """Writes the beginning of the buffer."""
        done = os.pwritev(self.descriptor, [buffer.view[:length]], offset)
        if done != length:
            raise OSError(errno.EIO, f"wrote {done} of {length} bytes at {offset}", self.path)

    def flush(self) -> None:
        """Until the storage has it."""
        os.fdatasync(self.descriptor)


def chunks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range in pieces that fit a buffer: offset, length."""
    while start < end:
        length = min(CHUNK_BYTES, end - start)
        yield start, length
        start += length


def device_size_and_sector(path: str) -> tuple[int, int]:
    """The size of a block device and of its logical sectors, in bytes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = struct.unpack("Q", fcntl.ioctl(descriptor, _BLKGETSIZE64, bytes(8)))[0]
        sector = struct.unpack("i", fcntl.ioctl(descriptor, _BLKSSZGET, bytes(4)))[0]
        return size, sector
    finally:
        os.close(descriptor)


def forget(path: str) -> None:
    """Lets the page cache go of a file's or device's content, as far as it is written back."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        if stat.S_ISBLK(os.fstat(descriptor).st_mode) and os.geteuid() == 0:
            fcntl.ioctl(descriptor, _BLKFLSBUF)
    finally:
        os.close(descriptor)
