"""The results as JSON: everything, for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from .gates import Gate
from .programs.program import Program
from .results import ScenarioResult
from .statistics import Spread


def document(machine: dict[str, object], results: Sequence[ScenarioResult], gates: Sequence[Gate]) -> str:
    """One object, indented."""
    content: dict[str, object] = {"machine": machine, "scenarios": [_scenario(result) for result in results]}
    if gates:
        content["gates"] = [{**dataclasses.asdict(gate), "reached": gate.reached} for gate in gates]
    return json.dumps(content, indent=1) + "\n"


def _scenario(result: ScenarioResult) -> dict[str, object]:
    return {
        "title": result.scenario.title,
        **dataclasses.asdict(result.scenario),
        "size_bytes": result.size_bytes,
        "source_occupied_bytes": result.source_occupied_bytes,
        "programs": [_program(result, program) for program in result.programs],
        "left_out": result.left_out,
        "tenure_over_best_peer": _spread(result.ratio_to_best_peer("tenure") if result.has("tenure") else None),
    }


def _program(result: ScenarioResult, program: Program) -> dict[str, object]:
    ident = program.ident
    return {
        "id": ident,
        "title": program.title,
        "role": program.role,
        "version": program.version(),
        "wall_seconds": _spread(Spread.of(result.walls(ident))),
        "cpu_seconds_per_gib": _spread(result.cpu_per_gib(ident)),
        "peak_bytes": result.peak_bytes(ident),
        "tenure_over_it": _spread(result.wall_ratio("tenure", ident) if result.has("tenure") else None),
        "runs": [dataclasses.asdict(run) for run in result.runs[ident]],
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return dataclasses.asdict(spread) if spread else None
