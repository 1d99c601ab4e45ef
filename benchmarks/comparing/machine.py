"""What it was measured on."""

from __future__ import annotations

import os
import pathlib
import platform

from .sizes import GIB


def describe() -> dict[str, object]:
    """Processor, cores, memory, kernel, system."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "system": _field("/etc/os-release", "PRETTY_NAME", "=") or platform.system(),
        "python": platform.python_version(),
    }


def one_line(machine: dict[str, object]) -> str:
    """The same in a line."""
    memory = int(str(machine["memory_bytes"])) / GIB
    return (
        f"{machine['processor']}, {machine['cores']} cores, {memory:.0f} GiB, {machine['system']},"
        f" Linux {machine['kernel']}"
    )


def _field(path: str, name: str, separator: str = ":") -> str:
    try:
        for line in pathlib.Path(path).read_text().splitlines():
            key, _, value = line.partition(separator)
            if key.strip() == name:
                return value.strip().strip('"')
    except OSError:
        pass  # the caller has something to say instead
    return ""
