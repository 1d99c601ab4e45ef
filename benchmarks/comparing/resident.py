"""A small copy inside a JVM that is already running, by the benchmark that measures it."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from .processes import output_of
from .statistics import Spread
from .storage import Workspace

_BENCH = str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "bin" / "tenure-bench")


def resident_copy_seconds(folder: str, rounds: int) -> Spread:
    """The seconds by which a job that copies 64 MiB is longer than one without data: one-second averages, warm."""
    with Workspace(folder) as work:
        results = work.folder / "jmh.json"
        output_of(
            _BENCH, "ResidentCopyBenchmark", "-f", "1", "-wi", "5", "-w", "1", "-i", str(rounds), "-r", "1",
            "-foe", "true", "-p", f"directory={work.folder}", "-rf", "json", "-rff", str(results),
        )  # fmt: skip
        seconds = {name: _fork(benchmark) for name, benchmark in _by_method(json.loads(results.read_text())).items()}
        return Spread.of([copy - bare for copy, bare in zip(seconds["copy"], seconds["withoutData"])])


def _by_method(benchmarks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(benchmark["benchmark"]).rpartition(".")[2]: benchmark for benchmark in benchmarks}


def _fork(benchmark: dict[str, Any]) -> list[float]:
    (fork,) = benchmark["primaryMetric"]["rawData"]
    return [milliseconds / 1e3 for milliseconds in fork]
