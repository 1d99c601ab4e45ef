"""The results for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from .results import ScenarioResult
from .sizes import MIB
from .statistics import Spread, median

NOTES = (
    "wall: a whole process from start to end, flush included (qemu-img and tenure end with fdatasync, nbdcopy has",
    "--flush, dd conv=fdatasync, fio end_fsync). Targets are cold: a new sparse file, or a device that was dirtied or",
    "discarded before each copy; page caches of the data are dropped. cpu: user + system. tenure/it: tenure's wall",
    "time over the program's in the same round. Each copy was compared with its source byte for byte, from the storage.",
)


def spread_text(spread: Spread, digits: int = 2) -> str:
    """Median and, in brackets, from where to where."""
    return f"{spread.median:.{digits}f} [{spread.minimum:.{digits}f}-{spread.maximum:.{digits}f}]"


def lines(result: ScenarioResult) -> list[str]:
    """A table of one scenario."""
    header = ["program", "wall s", "tenure/it", "cpu s", "cpu s/GiB", "peak MiB", "inside s", "occupies MiB"]
    rows = [header, *(_row(result, program.ident, program.title) for program in result.programs)]
    text = [f"== {result.scenario.title} ({len(next(iter(result.runs.values()), []))} rounds)", *_align(rows)]
    best = result.ratio_to_best_peer("tenure") if result.has("tenure") else None
    if best:
        text.append(f"tenure over the best peer of each round: {spread_text(best)}")
    if result.source_occupied_bytes is not None:
        text.append(f"the source occupies {result.source_occupied_bytes / MIB:.1f} MiB")
    text += [f"left out: {title}: {why}" for title, why in result.left_out.items()]
    return text


def _row(result: ScenarioResult, ident: str, title: str) -> list[str]:
    runs = result.runs[ident]
    ratio = ident != "tenure" and result.has("tenure")
    inside = [run.in_process_seconds for run in runs if run.in_process_seconds is not None]
    occupied = [run.occupied_bytes for run in runs if run.occupied_bytes is not None]
    return [
        title,
        spread_text(Spread.of(result.walls(ident)), 3),
        spread_text(result.wall_ratio("tenure", ident)) if ratio else "",
        f"{median([run.cpu_seconds for run in runs]):.3f}",
        f"{result.cpu_per_gib(ident).median:.3f}",
        f"{result.peak_bytes(ident) / MIB:.0f}",
        f"{median(inside):.3f}" if inside else "",
        f"{max(occupied) / MIB:.1f}" if occupied else "",
    ]


def _align(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    ]
