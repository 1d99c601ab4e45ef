"""The programs that people copy with today, each as fast as its options allow, with its flush inside."""

from __future__ import annotations

from ..processes import output_of
from ..scenario import CopyTask, Scenario
from ..sizes import GIB, MIB
from ..storage import Place
from .program import Program

# Programs that read holes as zeroes are left out of sparse sources beyond this.
_MOST_READ_IN_VAIN = 64 * GIB


class QemuImg(Program):
    """qemu-img convert with 8 coroutines in order, its default. It ends with fdatasync."""

    ident = "qemu"
    title = "qemu-img"
    executable = "qemu-img"
    package = "qemu-utils"
    options: tuple[str, ...] = ()

    def version(self) -> str:
        return output_of("qemu-img", "--version").splitlines()[0]

    def command(self, task: CopyTask, target: Place) -> list[str]:
        zero = ["--target-is-zero"] if task.to_new_file else []
        cache = ["-t", "none", "-T", "none"]
        return [
            "qemu-img", "convert", "-n", *cache, *self.options, *zero,
            "-f", "raw", "-O", "raw", task.source.path, target.path,
        ]  # fmt: skip


class QemuImgOutOfOrder(QemuImg):
    """qemu-img convert at its fastest."""

    ident = "qemu-w"
    title = "qemu-img -W -m 16"
    options = ("-W", "-m", "16")


class Nbdcopy(Program):
    """nbdcopy on raw files, through the page cache as it does, with many requests of 1 MiB."""

    ident = "nbdcopy"
    title = "nbdcopy"
    executable = "nbdcopy"
    package = "libnbd-bin"

    def version(self) -> str:
        return output_of("nbdcopy", "--version").strip()

    def command(self, task: CopyTask, target: Place) -> list[str]:
        zero = ["--destination-is-zero"] if task.to_new_file else []
        many = ["--requests=64", "--threads=2", f"--request-size={MIB}"]
        return ["nbdcopy", "--flush", *many, *zero, task.source.path, target.path]


class Dd(Program):
    """dd past the page cache, one request of 1 MiB at a time; skips zeroes only where the target is new."""

    ident = "dd"
    title = "dd direct"
    executable = "dd"
    package = "coreutils"

    def version(self) -> str:
        return output_of("dd", "--version").splitlines()[0]

    def unfit(self, scenario: Scenario) -> str | None:
        if scenario.shape == "sparse" and scenario.size_bytes > _MOST_READ_IN_VAIN:
            return "reads every byte of a hole"
        return None

    def command(self, task: CopyTask, target: Place) -> list[str]:
        sparse = ",sparse" if task.to_new_file else ""
        return [
            "dd", f"if={task.source.path}", f"of={target.path}", "bs=1M", "iflag=direct", "oflag=direct",
            f"conv=fdatasync,notrunc{sparse}", "status=none",
        ]  # fmt: skip
