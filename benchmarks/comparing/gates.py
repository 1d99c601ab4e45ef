"""The project's targets for a copy: each row's scenario, what is measured, and whether the target is reached."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from .resident import resident_copy_seconds
from .results import ScenarioResult
from .scenario import Scenario
from .session import run_scenario
from .sizes import GIB, MIB, TIB
from .statistics import Spread, pair_ratios
from .storage import MEMORY_FOLDER, free_bytes


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


Judge = Callable[[ScenarioResult], Iterable[Gate]]


@dataclasses.dataclass(frozen=True)
class Group:
    """The rows that one scenario measures."""

    scenario: Scenario
    programs: str
    judge: Judge


def groups(size_bytes: int) -> list[Group]:
    """All rows' scenarios, for one size."""
    everybody = "tenure qemu-w qemu nbdcopy dd control fio tenure-checksum tenure-verify"
    pair = "tenure qemu-w"
    memory = _device(_fitting_memory(size_bytes), in_memory=True)
    return [
        Group(_device(size_bytes), everybody, random_gates),
        Group(_device(4 * size_bytes), pair, large_gates),
        Group(_file("random", size_bytes), pair, partial(_to_qemu, "random, file to new file", 0.60)),
        Group(_file("half", size_bytes), pair, partial(zero_gates, "half holes", 0.70)),
        Group(_file("zero", size_bytes), pair, partial(zero_gates, "all zeroes allocated", 0.80)),
        Group(memory, pair, partial(_to_qemu, "device in memory", 0.75)),
        Group(_file("sparse", TIB), "tenure", sparse_gates),
        Group(_file("random", 64 * MIB), "tenure tenure-update", small_gates),
    ]


def run_gates(
    size_bytes: int, rounds: int, folder: str, say: Callable[[str], None]
) -> tuple[list[ScenarioResult], list[Gate]]:
    """Measures all scenarios, one after the other."""
    results: list[ScenarioResult] = []
    gates: list[Gate] = []
    for group in groups(size_bytes):
        result = run_scenario(group.scenario, group.programs.split(), rounds, folder, say)
        results.append(result)
        found = list(group.judge(result))
        gates.extend(found)
        say("\n".join(lines(found)))
    say("64 MiB in a resident JVM")
    resident = Gate("64 MiB in a resident JVM: a job over one without data", resident_copy_seconds(folder, rounds), 0.030, " s")
    return results, [*gates, resident, peak_gate(results)]


def _device(size_bytes: int, in_memory: bool = False) -> Scenario:
    return Scenario("device", "device", "random", size_bytes, 512, "dirty", in_memory)


def _file(shape: str, size_bytes: int) -> Scenario:
    return Scenario("file", "file", shape, size_bytes, 512, "new")


def _fitting_memory(size_bytes: int) -> int:
    """The size, or as large a part of it as fits twice into the memory's file system."""
    free = free_bytes(MEMORY_FOLDER) - GIB
    while 2 * size_bytes > free and size_bytes > 2 * MIB:
        size_bytes = size_bytes // 2 // MIB * MIB
    return size_bytes


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


def _to_qemu(row: str, target: float, result: ScenarioResult) -> list[Gate]:
    return [_ratio(f"{row}: wall / qemu-img -W -m 16", result, "tenure", "qemu-w", target)]


def _not_measured(row: str, result: ScenarioResult, target: float) -> Gate:
    left_out = "; ".join(f"{title}: {why}" for title, why in result.left_out.items())
    return Gate(row, None, target, why_not=left_out)


def random_gates(result: ScenarioResult) -> Iterator[Gate]:
    """Rows of random data from device to device."""
    yield from _to_qemu("random, device to device", 0.60, result)
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


def large_gates(result: ScenarioResult) -> Iterator[Gate]:
    """Rows of the same with four times as much."""
    yield from _to_qemu("random, device to device, four times the size", 0.55, result)
    yield Gate("CPU of the process per GiB, four times the size", result.cpu_per_gib("tenure"), 0.06, " s")


def zero_gates(row: str, target: float, result: ScenarioResult) -> Iterator[Gate]:
    """Rows of files with holes or zeroes, to a new file, which keeps no zeroes."""
    yield from _to_qemu(f"{row}, file to new file", target, result)
    source = 0 if result.scenario.shape == "zero" else result.source_occupied_bytes or 0
    over = result.values("tenure", lambda run: abs((run.occupied_bytes or 0) - source) / MIB)
    yield Gate(f"{row}: what the result occupies, from the source's data", Spread.of(over), 1, " MiB")


def sparse_gates(result: ScenarioResult) -> Iterator[Gate]:
    """The row of a file that is one hole."""
    yield Gate("sparse empty file of 1 TiB: whole command", Spread.of(result.walls("tenure")), 0.6, " s")


def small_gates(result: ScenarioResult) -> Iterator[Gate]:
    """The row of a small copy: its whole command less that of a job without data."""
    over = [copy - bare for copy, bare in zip(result.walls("tenure"), result.walls("tenure-update"))]
    yield Gate("64 MiB: whole command over a bare lease and record", Spread.of(over), 0.130, " s")


def peak_gate(results: Sequence[ScenarioResult]) -> Gate:
    """The row of memory: the rounds of the scenario that needs most."""
    peaks = [Spread.of(result.values("tenure", lambda run: run.peak_bytes / MIB)) for result in results]
    return Gate("peak resident memory of one job", max(peaks, key=lambda peak: peak.median), 80, " MiB")
