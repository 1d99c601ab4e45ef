"""Processes: measured ones and helpers."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Sequence

from .errors import Ended

_MEASURED = pathlib.Path(__file__).with_name("measured.py")

# How long an interrupted program may take to let go of its devices before it is killed.
_END_SECONDS = 20


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a whole process cost, with the processes it started."""

    wall_seconds: float
    user_seconds: float
    system_seconds: float
    peak_bytes: int
    output: str

    @property
    def cpu_seconds(self) -> float:
        """User and system together."""
        return self.user_seconds + self.system_seconds


def measure(command: Sequence[str], folder: pathlib.Path) -> Cost:
    """Runs a command to its end. What it prints goes through files in the folder."""
    out, err = folder / "out", folder / "err"
    line = _in_own_group([sys.executable, "-I", "-S", str(_MEASURED), str(out), str(err), *command])
    try:
        wall, user, system, peak, code = (int(word) for word in line.split())
    except ValueError as error:
        raise Ended(f"cannot run {command[0]}: {line.strip() or error}") from error
    if code != 0:
        told = err.read_text(errors="replace").strip() or out.read_text(errors="replace").strip()
        raise Ended(f"{' '.join(command)}\n  ended with {code}: {told[-800:]}")
    return Cost(wall / 1e9, user / 1e6, system / 1e6, peak * 1024, out.read_text(errors="replace"))


def _in_own_group(command: Sequence[str]) -> str:
    """Runs a command in a group of its own, which ends with it also when this is interrupted."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            return process.communicate()[0]
        except BaseException:
            _end_group(process)
            raise


def _end_group(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(_END_SECONDS)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def output_of(*command: str) -> str:
    """What a helper prints; it must succeed."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Ended(f"cannot run {command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        raise Ended(f"{' '.join(command)} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout
