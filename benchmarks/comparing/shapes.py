"""What the source holds."""

from __future__ import annotations

import os
from collections.abc import Iterator

from .direct import Buffer, DirectFile, chunks
from .extents import Range
from .sizes import MIB

SHAPES = {
    "random": "random data from end to end",
    "half": "random data and holes of the same size by turns",
    "zero": "zeroes from end to end, all of them written and allocated",
    "sparse": "one hole, nothing written",
}


def stretch_bytes(size: int) -> int:
    """How long a stretch of data is in the half shape: 64 MiB, less with a small source."""
    return max(MIB, min(64 * MIB, size // 64 // MIB * MIB))


def written_ranges(shape: str, size: int) -> Iterator[Range]:
    """What is written of a source that was empty."""
    if shape in ("random", "zero"):
        yield 0, size
    elif shape == "half":
        stretch = stretch_bytes(size)
        for start in range(0, size, 2 * stretch):
            yield start, min(start + stretch, size)


def fill(path: str, shape: str, size: int) -> None:
    """Writes the shape to a source that reads as zero from end to end."""
    buffer = Buffer()
    with DirectFile(path, os.O_WRONLY) as file:
        for start, end in written_ranges(shape, size):
            for offset, length in chunks(start, end):
                if shape != "zero":
                    buffer.view[:length] = os.urandom(length)
                file.write(buffer, offset, length)
        file.flush()


def dirty(path: str, size: int) -> None:
    """Writes all of a target, with what no source has."""
    buffer = Buffer()
    buffer.view[:] = b"dirt" * (len(buffer.view) // 4)
    with DirectFile(path, os.O_WRONLY) as file:
        for offset, length in chunks(0, size):
            file.write(buffer, offset, length)
        file.flush()
