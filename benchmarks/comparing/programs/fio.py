"""fio as the limit: the same reads and writes as a copy makes, without the copy between them."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
from collections.abc import Iterator

from ..processes import output_of
from ..scenario import CopyTask, Scenario
from ..storage import Place
from .program import Program

_OVERCOMMIT = pathlib.Path("/proc/sys/vm/nr_overcommit_hugepages")

# 16 requests of 1 MiB on pages of 2 MiB, and what fio adds.
_HUGE_PAGES = 24


class Fio(Program):
    """Reads all of the source and writes all of the target at the same time, 8 requests of 1 MiB in flight in all."""

    ident = "fio"
    title = "fio (limit)"
    role = "limit"
    executable = "fio"
    package = "fio"
    copies = False

    def version(self) -> str:
        return output_of("fio", "--version").strip()

    def unfit(self, scenario: Scenario) -> str | None:
        if scenario.shape not in ("random", "as-it-is"):
            return "reads and writes everything: only for random data"
        return None

    def command(self, task: CopyTask, target: Place) -> list[str]:
        memory = ["--iomem=shmhuge"] if huge_pages_allowed() else []
        return [
            "fio", "--output-format=json", "--thread", "--direct=1", "--ioengine=libaio", "--bs=1M", "--iodepth=4",
            *memory, f"--size={task.size_bytes}", "--allow_file_create=0", "--end_fsync=1",
            "--name=read", "--rw=read", f"--filename={task.source.path}",
            "--name=write", "--rw=write", f"--filename={target.path}",
        ]  # fmt: skip

    def in_process_seconds(self, output: str) -> float | None:
        jobs = json.loads(output[output.index("{") :])["jobs"]
        return max(max(job["read"]["runtime"], job["write"]["runtime"]) for job in jobs) / 1e3


def huge_pages_allowed() -> bool:
    """Whether fio may have huge pages, as huge_pages lets it."""
    try:
        return int(_OVERCOMMIT.read_text()) >= _HUGE_PAGES
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def huge_pages() -> Iterator[None]:
    """Lets programs ask for some huge pages while this lasts, if this may be changed."""
    before = _OVERCOMMIT.read_text() if _OVERCOMMIT.exists() else "0"
    if int(before) >= _HUGE_PAGES or not os.access(_OVERCOMMIT, os.W_OK):
        yield
        return
    try:
        _OVERCOMMIT.write_text(str(_HUGE_PAGES))
    except OSError:  # a container that shows it and forbids it
        yield
        return
    try:
        yield
    finally:
        _OVERCOMMIT.write_text(before)
