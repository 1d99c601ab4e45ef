"""What is copied: one source of one shape to one target."""

from __future__ import annotations

import dataclasses
import pathlib

from .sizes import size_text
from .storage import Place


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What is asked for."""

    source_kind: str  # file or device
    target_kind: str
    shape: str  # of shapes.SHAPES, or as-it-is: a device of the user
    size_bytes: int
    sector_bytes: int
    target_state: str  # dirty or discarded; new for a file
    in_memory: bool = False
    source_device: str | None = None
    target_device: str | None = None

    @property
    def needs_loop_device(self) -> bool:
        """Whether a device has to be made."""
        made_source = self.source_kind == "device" and not self.source_device
        return made_source or (self.target_kind == "device" and not self.target_device)

    @property
    def title(self) -> str:
        """For people."""
        memory = " in memory" if self.in_memory else ""
        sector = f" ({self.sector_bytes})" if "device" in (self.source_kind, self.target_kind) else ""
        new = "new " if self.target_kind == "file" else f"{self.target_state} "
        copy = f"{self.source_kind} -> {new}{self.target_kind}"
        return f"{size_text(self.size_bytes)}, {self.shape}: {copy}{sector}{memory}"


@dataclasses.dataclass(frozen=True)
class CopyTask:
    """One copy to be made by one program."""

    scenario: Scenario
    source: Place
    device: Place | None  # the target, unless that is a new file
    folder: pathlib.Path  # where new files go

    @property
    def size_bytes(self) -> int:
        """How much is copied."""
        return self.source.size_bytes

    @property
    def to_new_file(self) -> bool:
        """Whether the target is a new file, which reads as zero."""
        return self.device is None
