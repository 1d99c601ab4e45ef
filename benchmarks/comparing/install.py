"""Installing what is missing, from Debian's packages."""

from __future__ import annotations

import os
import pathlib
import shutil
from collections.abc import Callable, Sequence

from .errors import Lacking
from .processes import output_of
from .programs.all_programs import make


def install_missing(names: Sequence[str], say: Callable[[str], None]) -> None:
    """Installs the packages of those of the programs that have one and are not there."""
    nowhere = pathlib.Path("/nonexistent")
    packages = [
        package
        for program in make(names, nowhere, nowhere)
        if program.package and program.missing()
        for package in program.package.split()
    ]
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Lacking(f"--install needs root and apt-get; missing: {' '.join(packages)}")
    say(f"installing {' '.join(packages)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    output_of("apt-get", "update", "-qq")
    output_of("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
