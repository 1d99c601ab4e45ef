"""All programs there are, and the choice among them."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable

from ..errors import BadRequest
from .control import Control
from .fio import Fio
from .peers import Dd, Nbdcopy, QemuImg, QemuImgOutOfOrder
from .program import Program
from .tenure import Domain, Tenure, Update, Variant

DEFAULT = ("tenure", "qemu-w", "qemu", "nbdcopy", "dd", "control", "fio")

VARIANTS = {
    "tenure-checksum": ("--checksum",),
    "tenure-verify": ("--verify",),
    "tenure-aio": ("--io-engine", "aio"),
    "tenure-uring": ("--io-engine", "uring"),
    "tenure-threads": ("--io-engine", "threads"),
}

ALL = (*DEFAULT, *VARIANTS, "tenure-update")


def choose(names: Iterable[str]) -> list[str]:
    """The names, checked and each once."""
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in ALL:
            raise BadRequest(f"there is no program '{name}'; there are {', '.join(ALL)}")
    if not chosen:
        raise BadRequest("no program is left to run")
    return chosen


def make(names: Iterable[str], folder: pathlib.Path, domain_folder: pathlib.Path) -> list[Program]:
    """The programs of these names, which work in these folders."""
    domain = Domain(domain_folder)
    plain = (Tenure(domain), QemuImgOutOfOrder(), QemuImg(), Nbdcopy(), Dd(), Control(folder), Fio(), Update(domain))
    programs: dict[str, Program] = {program.ident: program for program in plain}
    for ident, options in VARIANTS.items():
        programs[ident] = Variant(domain, ident, *options)
    return [programs[name] for name in names]
