"""The comparison from its command line to its end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

from . import jsonfile, machine, table
from .chart import chart
from .errors import Ended
from .gates import lines as gate_lines
from .gates import run_gates
from .install import install_missing
from .options import Options, parse
from .programs.fio import huge_pages
from .session import run_scenario


_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(*_: object) -> None:
    # Once is enough: a second signal must not cut off the clearing away.
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Runs it; the exit code."""
    for number in _ENDINGS:
        signal.signal(number, _interrupt)
    try:
        return _run(parse(arguments))
    except Ended as end:
        print(f"compare: {end}", file=sys.stderr)
        return end.exit_code
    except KeyboardInterrupt:
        print("compare: interrupted; everything that was made is gone again", file=sys.stderr)
        return 130


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _run(options: Options) -> int:
    if options.install:
        install_missing(options.programs, _say)
    here = machine.describe()
    print(machine.one_line(here))
    gates = []
    with huge_pages():
        if options.gates:
            results, gates = run_gates(options.size_bytes, options.rounds, options.folder, _say)
        else:
            results = [
                run_scenario(scenario, options.programs, options.rounds, options.folder, _say)
                for scenario in options.scenarios
            ]
    print("", *table.NOTES, *([""] if gates else []), *gate_lines(gates), sep="\n")
    _write(options.json, lambda: jsonfile.document(here, results, gates))
    _write(options.svg, lambda: chart(machine.one_line(here), results))
    return 0 if all(gate.reached for gate in gates) else 1


def _write(path: str | None, content: Callable[[], str]) -> None:
    if path:
        with open(path, "w", encoding="utf-8") as file:
            file.write(content())
