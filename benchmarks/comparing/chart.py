"""The medians as a chart: an SVG written by hand, which needs nothing to look at."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from .programs.program import Program
from .results import ScenarioResult
from .statistics import Spread

_WIDTH = 860
_LABEL_RIGHT = 210  # names end here, bars begin a little further right
_BAR_LEFT = 220
_BAR_RIGHT = 690  # behind it seconds and ratio
_SECONDS_RIGHT = 760
_ROW = 22
_BAR = 14
_TITLE = 34

_LEGEND = (
    "bar: median of the rounds; line: from the fastest to the slowest; ratio: median of tenure / it, pair by pair",
    "fio: its reads and writes alone, without its start",
)

# Legible on its own light card, whatever is around it.
_COLOURS = {"tenure": "#0b7285", "variant": "#3b9aa9", "peer": "#9aa5b1", "control": "#c9a86a", "limit": "#c9a86a"}


def chart(machine: str, results: Sequence[ScenarioResult]) -> str:
    """Bars of wall seconds, a group for each scenario, with the smallest and largest as whiskers."""
    parts: list[str] = []
    y = 62
    for result in results:
        if result.runs:
            y = _group(parts, result, y)
    height = y + 46
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        f' viewBox="0 0 {_WIDTH} {height}" font-family="Helvetica, Arial, sans-serif" role="img">'
    )
    return "\n".join(
        [
            head,
            "<title>Wall seconds of whole copies, Tenure and its peers</title>",
            f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="8" fill="#fbfbfa"'
            ' stroke="#d5d9dd"/>',
            _text(20, 30, "Whole copies: seconds from start to end, flush included (shorter is better)", 16, "#1f2933"),
            _text(20, 48, machine, 11, "#616e7c"),
            *parts,
            _text(20, height - 30, _LEGEND[0], 11, "#616e7c"),
            _text(20, height - 14, _LEGEND[1], 11, "#616e7c"),
            "</svg>",
            "",
        ]
    )


def _text(x: float, y: float, text: str, size: int, colour: str, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(text)}</text>'
    )


def _group(parts: list[str], result: ScenarioResult, top: float) -> float:
    """Adds one scenario; the y below it."""
    spreads = {program.ident: _seconds(result, program) for program in result.programs}
    longest = max(spread.maximum for spread in spreads.values())
    scale = (_BAR_RIGHT - _BAR_LEFT) / longest
    parts.append(_text(20, top + 22, result.scenario.title, 13, "#1f2933", weight="bold"))
    y = top + _TITLE
    for program in result.programs:
        spread = spreads[program.ident]
        middle = y + _BAR / 2
        ratio = result.wall_ratio("tenure", program.ident).median if result.has("tenure") else None
        own = program.role == "tenure"
        parts.append(
            _text(_LABEL_RIGHT, middle + 4, program.title, 12, "#1f2933", "end", "bold" if own else "normal")
        )
        parts.append(
            f'<rect x="{_BAR_LEFT}" y="{y:g}" width="{max(1.0, spread.median * scale):.1f}" height="{_BAR}" rx="2"'
            f' fill="{_COLOURS[program.role]}"/>'
        )
        low, high = _BAR_LEFT + spread.minimum * scale, _BAR_LEFT + spread.maximum * scale
        parts.append(
            f'<line x1="{low:.1f}" y1="{middle:g}" x2="{high:.1f}" y2="{middle:g}" stroke="#1f2933"'
            ' stroke-width="1.2" stroke-opacity="0.65"/>'
        )
        parts.append(_text(_SECONDS_RIGHT, middle + 4, f"{spread.median:.2f} s", 12, "#1f2933", "end"))
        if ratio is not None and not own and program.role != "limit":
            parts.append(_text(_WIDTH - 20, middle + 4, f"ratio {ratio:.2f}", 12, "#616e7c", "end"))
        y += _ROW
    return y + 8


def _seconds(result: ScenarioResult, program: Program) -> Spread:
    """Of the whole process; of the limit, which is no copy, only what it spends on reading and writing."""
    inside = [run.in_process_seconds for run in result.runs[program.ident] if run.in_process_seconds is not None]
    return Spread.of(inside if program.role == "limit" and inside else result.walls(program.ident))
