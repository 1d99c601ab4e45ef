"""The rounds: each program once in each, in an order that turns, all of it on the same storage."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence

from .errors import Ended
from .processes import measure, output_of
from .programs.all_programs import make
from .programs.program import Program
from .results import Run, ScenarioResult
from .sameness import Comparer
from .scenario import CopyTask, Scenario
from .shapes import fill, written_ranges
from .storage import Place, Workspace, user_device

Say = Callable[[str], None]


def compare(
    scenario: Scenario, names: Sequence[str], rounds: int, data: Workspace, records: Workspace, say: Say
) -> ScenarioResult:
    """Makes source and target in the workspaces, lets the programs copy, and takes all of it away again.

    One round more than asked for is run first and not counted.
    """
    with contextlib.ExitStack() as stack:
        say(f"{scenario.title}: making the source")
        _check_room(scenario, data)
        source = stack.enter_context(_source(scenario, data))
        device = stack.enter_context(_target(scenario, data))
        task = CopyTask(scenario, source, device, data.folder)
        programs, left_out = _fit(make(names, records.folder, records.folder if device else data.folder), scenario)
        result = ScenarioResult(scenario, source.size_bytes, source.occupied_bytes(), programs, left_out)
        comparer = Comparer()
        for number in range(rounds + 1):
            turn = number % max(1, len(programs))
            for program in programs[turn:] + programs[:turn]:
                run = copy_once(program, task, number, comparer)
                if number:
                    result.runs.setdefault(program.ident, []).append(run)
                say(_line(number, rounds, program, run))
        return result


def _fit(programs: Sequence[Program], scenario: Scenario) -> tuple[list[Program], dict[str, str]]:
    fit, left_out = [], {}
    for program in programs:
        why = program.unfit(scenario) or program.missing()
        if why:
            left_out[program.title] = why
        else:
            fit.append(program)
    return fit, left_out


def copy_once(program: Program, task: CopyTask, number: int, comparer: Comparer) -> Run:
    """One copy by one program to a cold target, measured and compared."""
    # What a failure leaves behind goes with the workspace.
    target = program.prepare(task)
    if task.device:
        task.device.make_cold(task.scenario.target_state)
    os.sync()
    for place in (task.source, target):
        place.forget()
    cost = measure(program.command(task, target), task.folder)
    occupied = target.occupied_bytes()
    if program.copies:
        difference = comparer.first_difference(task.source.path, target.path, task.size_bytes)
        if difference is not None:
            raise Ended(f"{program.title} copied wrongly: the first difference lies in the 4 MiB at {difference}")
    program.finish(task, target)
    return Run(
        number,
        cost.wall_seconds,
        cost.user_seconds,
        cost.system_seconds,
        cost.peak_bytes,
        program.in_process_seconds(cost.output),
        occupied,
        True if program.copies else None,
    )


def _line(number: int, rounds: int, program: Program, run: Run) -> str:
    name = f"round {number}/{rounds}" if number else "warm-up"
    return f"  {name:<12} {program.title:<28} {run.wall_seconds:8.3f} s  cpu {run.cpu_seconds:7.3f} s"


def _check_room(scenario: Scenario, data: Workspace) -> None:
    written = sum(end - start for start, end in written_ranges(scenario.shape, scenario.size_bytes))
    source = 0 if scenario.source_device else written
    dirty = scenario.target_kind == "device" and scenario.target_state == "dirty"
    target = 0 if scenario.target_device else scenario.size_bytes if dirty else written
    # What programs and file systems need besides.
    data.need_room(source + target + (64 << 20))


@contextlib.contextmanager
def _source(scenario: Scenario, data: Workspace) -> Iterator[Place]:
    if scenario.source_device:
        place = user_device(scenario.source_device, scenario.shape != "as-it-is")
        if scenario.shape != "as-it-is":
            output_of("blkdiscard", "--zeroout", "--force", place.path)
            fill(place.path, scenario.shape, place.size_bytes)
        yield place
    elif scenario.source_kind == "device":
        with data.loop_device("source", scenario.size_bytes, scenario.sector_bytes) as place:
            fill(place.path, scenario.shape, place.size_bytes)
            yield place
    else:
        place = data.sparse_file("source", scenario.size_bytes)
        fill(place.path, scenario.shape, place.size_bytes)
        try:
            yield place
        finally:
            os.unlink(place.path)


@contextlib.contextmanager
def _target(scenario: Scenario, data: Workspace) -> Iterator[Place | None]:
    if scenario.target_device:
        yield user_device(scenario.target_device, True)
    elif scenario.target_kind == "device":
        with data.loop_device("target", scenario.size_bytes, scenario.sector_bytes) as place:
            yield place
    else:
        yield None
