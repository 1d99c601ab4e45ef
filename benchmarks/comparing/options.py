"""The command line."""

from __future__ import annotations

import argparse
import dataclasses
import os

from .errors import BadRequest, Lacking
from .programs import all_programs
from .scenario import Scenario
from .shapes import SHAPES
from .sizes import GIB, parse_size
from .storage import Place, user_device

PATHS = ("file:file", "file:device", "device:file", "device:device")

# Devices beyond this are not written whole before each copy.
_MOST_DIRTY_BYTES = 256 * GIB


@dataclasses.dataclass(frozen=True)
class Options:
    """What was asked for, checked."""

    scenarios: list[Scenario]
    programs: list[str]
    rounds: int
    size_bytes: int
    folder: str
    gates: bool
    install: bool
    json: str | None
    svg: str | None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):  # type: ignore[override]
        raise BadRequest(message)


def _parser() -> argparse.ArgumentParser:
    programs = ", ".join(all_programs.ALL)
    shapes = "; ".join(f"{name}: {what}" for name, what in SHAPES.items())
    parser = _Parser(
        prog="compare",
        description="Whole copies by `tenure volume copy` and by its peers: whole processes, interleaved, compared"
        " byte for byte. Prints a table; judges only with --gates.",
        epilog="exit codes: 0 done, 1 a copy failed or was wrong, or a gate was not reached, 2 usage, 7 something is"
        " missing here, 130 interrupted",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--size", default="4G", help="how much is copied, a multiple of 1M (default: 4G)")
    add("--rounds", default="9", help="how often each program copies, after one round not counted (default: 9)")
    add("--paths", default=None, metavar="LIST", help=f"of {', '.join(PATHS)} (default: file:file,device:device)")
    add("--shapes", default=None, metavar="LIST", help=f"of the source (default: random): {shapes}")
    add("--sector-size", default="512", choices=("512", "4096"), help="of the loop devices (default: 512)")
    add("--target-state", default=None, choices=("dirty", "discarded"), help="of a device before each copy (default:"
        " dirty, all of it written; with shape sparse: discarded)")  # fmt: skip
    add("--memory", action="store_true", help="all data in /dev/shm instead of --folder")
    # Not /tmp: in many places that is memory.
    add("--folder", default=os.environ.get("TMPDIR", "/var/tmp"), help="where files lie, and files below loop"
        " devices (default: TMPDIR or /var/tmp)")  # fmt: skip
    add("--source-device", metavar="DEVICE", help="a device to read instead of a loop device, as it is; with --shapes"
        " and --destroy it is written first")  # fmt: skip
    add("--target-device", metavar="DEVICE", help="a device to write instead of a loop device; needs --destroy")
    add("--destroy", action="store_true", help="what is on the devices given may be overwritten")
    add("--peers", metavar="LIST", help=f"what tenure is compared with, of: {programs}")
    add("--only", metavar="LIST", help="only these programs run")
    add("--gates", action="store_true", help="the rows of the project's targets, each with its own scenario, at"
        " --size (default 4G) and --rounds; exit code 1 when one is not reached")  # fmt: skip
    add("--install", action="store_true", help="install missing programs from Debian packages (needs root)")
    add("--json", metavar="FILE", help="all results, also each run")
    add("--svg", metavar="FILE", help="a chart of the medians")
    return parser


def parse(arguments: list[str]) -> Options:
    """Checks all that can be checked before anything is made."""
    given = _parser().parse_args(arguments)
    if not given.rounds.isdigit() or not 1 <= int(given.rounds) <= 1000:
        raise BadRequest(f"--rounds is '{given.rounds}': it must be 1 to 1000")
    for path in (given.json, given.svg):
        folder = os.path.dirname(path or "") or "."
        if path and (os.path.isdir(path) or not os.access(folder, os.W_OK)):
            raise BadRequest(f"cannot write to {path}")
    if not os.path.isdir(given.folder) or not os.access(given.folder, os.W_OK):
        raise BadRequest(f"--folder {given.folder} is no folder to write to")
    if given.gates:
        chosen_otherwise = ("paths", "shapes", "target_state", "source_device", "target_device", "peers", "only")
        if given.memory or any(getattr(given, name) for name in chosen_otherwise):
            raise BadRequest("--gates has scenarios and programs of its own: only --size, --rounds and --folder fit")
    scenarios = _scenarios(given)
    if os.geteuid() != 0 and (given.gates or any(scenario.needs_loop_device for scenario in scenarios)):
        raise Lacking("loop devices need root: run this as root, or compare files only (--paths file:file)")
    return Options(
        scenarios=scenarios,
        programs=_programs(given),
        rounds=int(given.rounds),
        size_bytes=parse_size(given.size),
        folder=given.folder,
        gates=given.gates,
        install=given.install,
        json=given.json,
        svg=given.svg,
    )


def _programs(given: argparse.Namespace) -> list[str]:
    if given.peers is not None and given.only is not None:
        raise BadRequest("--peers and --only exclude each other")
    if given.only is not None:
        return all_programs.choose(_list(given.only))
    if given.peers is not None:
        return all_programs.choose(["tenure", *_list(given.peers)])
    return list(all_programs.DEFAULT)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _among(text: str, allowed: tuple[str, ...], option: str) -> list[str]:
    parts = _list(text)
    for part in parts:
        if part not in allowed:
            raise BadRequest(f"{option}: there is no '{part}'; there are {', '.join(allowed)}")
    if not parts:
        raise BadRequest(f"{option} is empty")
    return parts


def _scenarios(given: argparse.Namespace) -> list[Scenario]:
    source_device, target_device = _check_devices(given)
    sectors = [place.sector_bytes for place in (target_device, source_device) if place and place.sector_bytes]
    sector = sectors[0] if sectors else int(given.sector_size)
    default_paths = "file:file,device:device"
    if given.source_device or given.target_device:
        source = "device" if given.source_device else "file"
        default_paths = f"{source}:{'device' if given.target_device else 'file'}"
        if given.paths not in (None, default_paths):
            raise BadRequest(f"with these devices --paths can only be {default_paths}")
    as_it_is = given.source_device and given.shapes is None
    shapes = ["as-it-is"] if as_it_is else _among(given.shapes or "random", tuple(SHAPES), "--shapes")
    size = source_device.size_bytes if source_device else parse_size(given.size)
    scenarios = []
    for path in _among(given.paths or default_paths, PATHS, "--paths"):
        source, target = path.split(":")
        for shape in shapes:
            state = given.target_state or ("discarded" if shape == "sparse" else "dirty")
            if target == "device" and state == "dirty" and size > _MOST_DIRTY_BYTES:
                raise BadRequest("a target of that size is not dirtied: give --target-state discarded")
            scenarios.append(
                Scenario(
                    source, target, shape, size, sector, state if target == "device" else "new",
                    given.memory, given.source_device, given.target_device,
                )  # fmt: skip
            )
    return scenarios


def _check_devices(given: argparse.Namespace) -> tuple[Place | None, Place | None]:
    """Refuses what would destroy something nobody gave up; the source and the target given."""
    writes_source = given.source_device and given.shapes is not None
    if (given.target_device or writes_source) and not given.destroy:
        raise BadRequest(
            f"{given.target_device or given.source_device} would be overwritten: give --destroy if nothing on it is"
            " needed"
        )
    source = user_device(given.source_device, bool(writes_source)) if given.source_device else None
    target = user_device(given.target_device, True) if given.target_device else None
    if source and target and os.stat(source.path).st_rdev == os.stat(target.path).st_rdev:
        raise BadRequest("source and target are the same device")
    if source and given.size != "4G":
        raise BadRequest("the size is that of --source-device: --size does not fit")
    size = source.size_bytes if source else parse_size(given.size)
    if target and target.size_bytes < size:
        raise BadRequest(f"{target.path} is smaller than the source")
    return source, target
