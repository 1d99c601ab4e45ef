"""Byte counts as people write and read them."""

from __future__ import annotations

import re

from .errors import BadRequest

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30
TIB = 1 << 40

# Every request of every program is whole with sizes that are multiples of this.
UNIT_BYTES = MIB

_UNITS = {"": 1, "K": KIB, "M": MIB, "G": GIB, "T": TIB}


def parse_size(text: str) -> int:
    """Bytes from a text such as 64M or 4G; a multiple of 1 MiB, at most 8 TiB."""
    match = re.fullmatch(r"([0-9]{1,15})([KMGT]?)(?:iB|B)?", text.strip(), re.IGNORECASE)
    size = int(match[1]) * _UNITS[match[2].upper()] if match else 0
    if size <= 0 or size % UNIT_BYTES or size > 8 * TIB:
        raise BadRequest(f"'{text}' is no size: give a multiple of 1M, at most 8T, such as 64M or 4G")
    return size


def size_text(size_bytes: int) -> str:
    """Bytes as people say them: 4 GiB, 64 MiB, 1.5 MiB, 512 B."""
    for unit, name in ((TIB, "TiB"), (GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size_bytes >= unit:
            return f"{size_bytes / unit:.4g} {name}"
    return f"{size_bytes} B"
