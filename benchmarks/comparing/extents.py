"""Where a file has data. Devices do not tell: all of theirs counts as data."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator

Range = tuple[int, int]


def data_ranges(descriptor: int, size: int) -> Iterator[Range]:
    """The ranges of data up to the size, in order: start, end."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        yield 0, size
        return
    position = 0
    while position < size:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # no more data, and nothing else says so
                return
            raise
        end = min(os.lseek(descriptor, start, os.SEEK_HOLE), size)
        if start >= size:
            return
        yield start, end
        position = end


def union(first: Iterable[Range], second: Iterable[Range]) -> Iterator[Range]:
    """The ranges that lie in one of two, in order and without overlap."""
    merged: list[int] = []
    for start, end in sorted([*first, *second]):
        if merged and start <= merged[1]:
            merged[1] = max(merged[1], end)
            continue
        if merged:
            yield merged[0], merged[1]
        merged = [start, end]
    if merged:
        yield merged[0], merged[1]
