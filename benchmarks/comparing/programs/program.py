"""What all programs have in common."""

from __future__ import annotations

import os
import shutil

from ..scenario import CopyTask, Scenario
from ..storage import Place


class Program:
    """A program that copies. For each copy: prepare, then the command, which alone is measured, then finish."""

    ident = ""  # on the command line and in JSON
    title = ""  # in tables
    role = "peer"  # tenure, variant, peer, control, limit
    executable = ""
    package = ""  # Debian's, which has the executable
    copies = True  # whether the result has to be the same as the source

    def missing(self) -> str | None:
        """Why it cannot run on this machine."""
        if shutil.which(self.executable):
            return None
        return f"{self.executable} is not installed (Debian: {self.package})"

    def unfit(self, scenario: Scenario) -> str | None:
        """Why it has no place in a scenario."""
        return None

    def version(self) -> str:
        """One line."""
        return ""

    def prepare(self, task: CopyTask) -> Place:
        """Makes the target if that is a new file; not measured."""
        if task.device:
            return task.device
        path = task.folder / "copy"
        with open(path, "xb") as file:
            file.truncate(task.size_bytes)
        return Place("file", str(path), task.size_bytes)

    def command(self, task: CopyTask, target: Place) -> list[str]:
        """What is measured."""
        raise NotImplementedError

    def in_process_seconds(self, output: str) -> float | None:
        """The time of the copy alone, if the program tells it."""
        return None

    def finish(self, task: CopyTask, target: Place) -> None:
        """Removes what prepare made; not measured."""
        if target.is_file:
            os.unlink(target.path)
