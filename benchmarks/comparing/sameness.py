"""Whether a copy is the same as its source, byte for byte, read from the storage."""

from __future__ import annotations

import concurrent.futures
import os

from .direct import Buffer, DirectFile, chunks
from .extents import data_ranges, union


class Comparer:
    """Compares again and again with the same memory."""

    def __init__(self) -> None:
        self._first = Buffer()
        self._second = Buffer()

    def first_difference(self, source: str, copy: str, size: int) -> int | None:
        """The offset, to the chunk, where two differ first within the size; None when they are the same.

        Where both have a hole there is nothing to read.
        """
        with (
            DirectFile(source, os.O_RDONLY) as one,
            DirectFile(copy, os.O_RDONLY) as other,
            concurrent.futures.ThreadPoolExecutor(1) as helper,
        ):
            ranges = union(data_ranges(one.descriptor, size), data_ranges(other.descriptor, size))
            for start, end in ranges:
                # Ranges of file systems with small blocks may begin at no multiple of a sector.
                for offset, length in chunks(start - start % 4096, min(size, end + -end % 4096)):
                    reading = helper.submit(one.read, self._first, offset, length)
                    other.read(self._second, offset, length)
                    reading.result()
                    if not self._first.equals(self._second, length):
                        return offset
        return None
