"""Tenure: `volume copy` under local leases, and its variants."""

from __future__ import annotations

import functools
import json
import pathlib
import re

from ..errors import Ended
from ..processes import output_of
from ..scenario import CopyTask
from ..storage import Place
from .program import Program

LAUNCHER = str(pathlib.Path(__file__).resolve().parents[3] / "tools" / "bin" / "tenure")


@functools.cache
def _copy_help() -> str:
    # Builds the project if that has not been done.
    return output_of(LAUNCHER, "volume", "copy", "--help")


def tenure_json(*arguments: str) -> dict[str, object]:
    """What a command answers, as its one JSON object."""
    text = output_of(LAUNCHER, "--json", *arguments)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Ended(f"tenure {' '.join(arguments)} answered no JSON: {text[:200]}") from error


class Domain:
    """A storage domain with local leases, for volumes that live as long as one copy."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.path = str(folder / "domain")

    def add_volume(self, task: CopyTask) -> tuple[str, Place]:
        """A new volume: its id, and where its data lies."""
        if not pathlib.Path(self.path).exists():
            pathlib.Path(self.path).mkdir()
            tenure_json("domain", "create", self.path)
        where = ["--device", task.device.path] if task.device else []
        made = tenure_json("volume", "create", self.path, "--size", str(task.size_bytes), *where)
        data = task.device or Place("file", str(made["data_path"]), task.size_bytes)
        return str(made["volume_id"]), data

    def remove_volume(self, volume: str) -> None:
        """Away with it, after one copy."""
        tenure_json("volume", "delete", self.path, volume, "--expect-generation", "2")


class Tenure(Program):
    """The whole command with its start, the lease, the record, the copy, the flush and the commit."""

    ident = "tenure"
    title = "tenure"
    role = "tenure"
    options: tuple[str, ...] = ()

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._volume = ""

    def missing(self) -> str | None:
        # A word of its own: --verify is not --verify-all.
        known = set(re.findall(r"[-\w]+", _copy_help()))
        return None if known.issuperset(self.options) else f"this tenure has no {' '.join(self.options)}"

    def version(self) -> str:
        return output_of(LAUNCHER, "--version").strip()

    def prepare(self, task: CopyTask) -> Place:
        self._volume, data = self._domain.add_volume(task)
        return data

    def command(self, task: CopyTask, target: Place) -> list[str]:
        return [
            LAUNCHER, "--json", "volume", "copy", self._domain.path, f"file:{task.source.path}", self._volume,
            "--expect-generation", "1", *self.options,
        ]  # fmt: skip

    def in_process_seconds(self, output: str) -> float | None:
        return float(json.loads(output)["seconds"]["work"])

    def finish(self, task: CopyTask, target: Place) -> None:
        self._domain.remove_volume(self._volume)


class Variant(Tenure):
    """Tenure with other options."""

    role = "variant"

    def __init__(self, domain: Domain, ident: str, *options: str) -> None:
        super().__init__(domain)
        self.ident = ident
        self.title = f"tenure {' '.join(options)}"
        self.options = options


class Update(Tenure):
    """A job without data: what lease, record and the start of the command cost."""

    ident = "tenure-update"
    title = "tenure volume update"
    role = "variant"
    copies = False

    def command(self, task: CopyTask, target: Place) -> list[str]:
        return [
            LAUNCHER, "--json", "volume", "update", self._domain.path, self._volume, "--expect-generation", "1",
            "--description", "changed",
        ]  # fmt: skip
