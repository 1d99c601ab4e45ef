"""A small copy inside a JVM that is already running, by the benchmark that measures it."""

from __future__ import annotations

import json
import pathlib

from .processes import output_of
from .statistics import Spread
from .storage import Workspace

_BENCH = str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "bin" / "tenure-bench")


def resident_copy_seconds(folder: str, rounds: int) -> Spread:
    """The seconds of a whole job that copies 64 MiB: of one-second averages, after five that warm up the JVM."""
    with Workspace(folder) as work:
        results = work.folder / "jmh.json"
        output_of(
            _BENCH, "ResidentCopyBenchmark", "-f", "1", "-wi", "5", "-w", "1", "-i", str(rounds), "-r", "1",
            "-foe", "true", "-p", f"directory={work.folder}", "-rf", "json", "-rff", str(results),
        )  # fmt: skip
        (benchmark,) = json.loads(results.read_text())
        (fork,) = benchmark["primaryMetric"]["rawData"]
        return Spread.of([milliseconds / 1e3 for milliseconds in fork])
