"""The C program of the same design, built for the comparison."""

from __future__ import annotations

import pathlib
import re

from ..processes import output_of
from ..scenario import CopyTask
from ..storage import Place
from .program import Program

_SOURCE = pathlib.Path(__file__).resolve().parents[2] / "control" / "control.c"


class Control(Program):
    """What Tenure's design does in C: the difference is Java's share."""

    ident = "control"
    title = "C control"
    role = "control"
    executable = "gcc"
    package = "gcc libc6-dev linux-libc-dev"

    def __init__(self, folder: pathlib.Path) -> None:
        self._binary = folder / "control"

    def version(self) -> str:
        return output_of("gcc", "--version").splitlines()[0]

    def command(self, task: CopyTask, target: Place) -> list[str]:
        if not self._binary.exists():
            output_of("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(self._binary), str(_SOURCE))
        zero = ["--target-is-zero"] if task.to_new_file else []
        return [str(self._binary), *zero, task.source.path, target.path]

    def in_process_seconds(self, output: str) -> float | None:
        found = re.search(r"^seconds ([0-9.]+)$", output, re.MULTILINE)
        return float(found[1]) if found else None
