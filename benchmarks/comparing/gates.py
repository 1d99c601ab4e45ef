"""The project's targets for a copy: each row's scenario, what is measured, and whether the target is reached."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator

from .results import ScenarioResult
from .scenario import Scenario
from .session import MEMORY_FOLDER, run_scenario
from .sizes import GIB, MIB, TIB
from .statistics import Spread, pair_ratios


@dataclasses.dataclass(frozen=True)
class Gate:
    """One row: a median that has to be at most the target."""

    row: str
    value: Spread | None  # None: not measured
    target: float
    unit: str = ""
    why_not: str = ""

    @property
    def reached(self) -> bool:
        """Whether it was measured and is small enough."""
        return self.value is not None and self.value.median <= self.target


def run_gates(
    size_bytes: int, rounds: int, folder: str, say: Callable[[str], None]
) -> tuple[list[ScenarioResult], list[Gate]]:
    """Measures all scenarios, one after the other."""
    results: list[ScenarioResult] = []

    def run(source: str, target: str, shape: str, size: int, programs: str, memory: bool = False) -> ScenarioResult:
        state = "dirty" if target == "device" else "new"
        scenario = Scenario(source, target, shape, size, 512, state, memory)
        results.append(run_scenario(scenario, programs.split(), rounds, folder, say))
        return results[-1]

    in_memory_bytes = size_bytes
    while 2 * in_memory_bytes + 256 * MIB > shutil.disk_usage(MEMORY_FOLDER).free and in_memory_bytes > 2 * MIB:
        in_memory_bytes = in_memory_bytes // 2 // MIB * MIB
    everybody = "tenure qemu-w qemu nbdcopy dd control fio tenure-checksum tenure-verify"
    pair = "tenure qemu-w"
    gates = [
        *_random(run("device", "device", "random", size_bytes, everybody)),
        *_large(run("device", "device", "random", 4 * size_bytes, pair)),
        _to_qemu("random, file to new file", run("file", "file", "random", size_bytes, pair), 0.60),
        *_zeroes("half holes", run("file", "file", "half", size_bytes, pair), 0.70),
        *_zeroes("all zeroes allocated", run("file", "file", "zero", size_bytes, pair), 0.80),
        _to_qemu("device in memory", run("device", "device", "random", in_memory_bytes, pair, memory=True), 0.75),
        _sparse(run("file", "file", "sparse", TIB, "tenure")),
        _small(run("file", "file", "random", 64 * MIB, "tenure tenure-update")),
    ]
    peaks = [result.values("tenure", lambda run: run.peak_bytes / MIB) for result in results]
    gates.append(Gate("peak resident memory of one job", Spread.of([max(peak) for peak in peaks]), 80, " MiB"))
    return results, gates


def lines(gates: list[Gate]) -> list[str]:
    """The rows as a table."""
    text = []
    for gate in gates:
        if gate.value is None:
            text.append(f"NOT MEASURED  {gate.row}: {gate.why_not}")
            continue
        value = gate.value
        spread = f"{value.median:.3f}{gate.unit} [{value.minimum:.3f}-{value.maximum:.3f}]"
        mark = "reached     " if gate.reached else "NOT REACHED "
        text.append(f"{mark}  {gate.row}: {spread}, target at most {gate.target:g}{gate.unit}")
    return text


def _ratio(row: str, result: ScenarioResult, ident: str, base: str, target: float) -> Gate:
    if not result.has(ident, base):
        return _not_measured(row, result, target)
    return Gate(row, result.wall_ratio(ident, base), target)


def _to_qemu(row: str, result: ScenarioResult, target: float) -> Gate:
    return _ratio(f"{row}: wall / qemu-img -W -m 16", result, "tenure", "qemu-w", target)


def _not_measured(row: str, result: ScenarioResult, target: float) -> Gate:
    left_out = "; ".join(f"{title}: {why}" for title, why in result.left_out.items())
    return Gate(row, None, target, why_not=left_out)


def _random(result: ScenarioResult) -> Iterator[Gate]:
    yield _to_qemu("random, device to device", result, 0.60)
    best = result.ratio_to_best_peer("tenure")
    yield Gate("random, device to device: wall / the best peer of each round", best, 0.70, why_not="no peer is here")
    yield _ratio("wall / the C program of the same design", result, "tenure", "control", 1.10)
    yield _inside(result)
    yield Gate("CPU of the process per GiB", result.cpu_per_gib("tenure"), 0.08, " s")
    if result.has("tenure-checksum"):
        extra = [
            (with_it - without) / (result.size_bytes / GIB)
            for with_it, without in zip(
                result.values("tenure-checksum", lambda run: run.cpu_seconds),
                result.values("tenure", lambda run: run.cpu_seconds),
            )
        ]
        yield Gate("--checksum: extra CPU per GiB", Spread.of(extra), 0.12, " s")
    else:
        yield _not_measured("--checksum: extra CPU per GiB", result, 0.12)
    yield _ratio("--checksum: wall / the plain copy's", result, "tenure-checksum", "tenure", 1.30)
    yield _ratio("--verify: wall / the plain copy's", result, "tenure-verify", "tenure", 1.80)


def _inside(result: ScenarioResult) -> Gate:
    row = "in-process copy time / fio's"
    if not result.has("fio"):
        return _not_measured(row, result, 1.08)
    copy, limit = (
        [run.in_process_seconds or 0.0 for run in result.runs[ident]] for ident in ("tenure", "fio")
    )
    return Gate(row, Spread.of(pair_ratios(copy, limit)), 1.08)


def _large(result: ScenarioResult) -> Iterator[Gate]:
    yield _to_qemu("random, device to device, four times the size", result, 0.55)
    yield Gate("CPU of the process per GiB, four times the size", result.cpu_per_gib("tenure"), 0.06, " s")


def _zeroes(row: str, result: ScenarioResult, target: float) -> Iterator[Gate]:
    yield _to_qemu(f"{row}, file to new file", result, target)
    source = 0 if result.scenario.shape == "zero" else result.source_occupied_bytes or 0
    over = result.values("tenure", lambda run: abs((run.occupied_bytes or 0) - source) / MIB)
    yield Gate(f"{row}: what the result occupies, from the source's data", Spread.of(over), 1, " MiB")


def _sparse(result: ScenarioResult) -> Gate:
    return Gate("sparse empty file of 1 TiB: whole command", Spread.of(result.walls("tenure")), 0.6, " s")


def _small(result: ScenarioResult) -> Gate:
    """The copy's whole command less that of a job without data."""
    over = [copy - bare for copy, bare in zip(result.walls("tenure"), result.walls("tenure-update"))]
    return Gate("64 MiB: whole command over a bare lease and record", Spread.of(over), 0.130, " s")
