"""What was measured, and what follows from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from .programs.program import Program
from .scenario import Scenario
from .sizes import GIB
from .statistics import Spread, best_of_each_round, pair_ratios


@dataclasses.dataclass(frozen=True)
class Run:
    """One copy by one program."""

    round_number: int
    wall_seconds: float
    user_seconds: float
    system_seconds: float
    peak_bytes: int
    in_process_seconds: float | None
    occupied_bytes: int | None
    identical: bool | None  # None: this program makes no copy

    @property
    def cpu_seconds(self) -> float:
        """User and system together."""
        return self.user_seconds + self.system_seconds


@dataclasses.dataclass
class ScenarioResult:
    """All copies of one scenario."""

    scenario: Scenario
    size_bytes: int
    source_occupied_bytes: int | None
    programs: list[Program]
    left_out: dict[str, str]  # program's title -> why
    runs: dict[str, list[Run]] = dataclasses.field(default_factory=dict)  # program's ident -> one for each round

    def has(self, *idents: str) -> bool:
        """Whether these programs have run."""
        return all(self.runs.get(ident) for ident in idents)

    def values(self, ident: str, what: Callable[[Run], float]) -> list[float]:
        """Something of each run of a program, in the order of rounds."""
        return [what(run) for run in self.runs[ident]]

    def walls(self, ident: str) -> list[float]:
        """The wall seconds of each round."""
        return self.values(ident, lambda run: run.wall_seconds)

    def wall_ratio(self, ident: str, base: str) -> Spread:
        """One program's wall time over another's, pair by pair."""
        return Spread.of(pair_ratios(self.walls(ident), self.walls(base)))

    def ratio_to_best_peer(self, ident: str) -> Spread | None:
        """A program's wall time over that of the best peer of each round."""
        peers = [self.walls(program.ident) for program in self.programs if program.role == "peer"]
        return Spread.of(pair_ratios(self.walls(ident), best_of_each_round(peers))) if peers else None

    def cpu_per_gib(self, ident: str) -> Spread:
        """CPU seconds of the process for each GiB of the volume."""
        return Spread.of(self.values(ident, lambda run: run.cpu_seconds / (self.size_bytes / GIB)))

    def peak_bytes(self, ident: str) -> float:
        """The most memory that any of the program's processes had in any round."""
        return max(self.values(ident, lambda run: run.peak_bytes))

    def all_identical(self) -> bool:
        """Whether every copy was the same as its source."""
        return all(run.identical is not False for runs in self.runs.values() for run in runs)
