"""One scenario from its folders to its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import table
from .results import ScenarioResult
from .rounds import compare
from .scenario import Scenario
from .storage import MEMORY_FOLDER, Workspace

def run_scenario(
    scenario: Scenario, programs: Sequence[str], rounds: int, folder: str, say: Callable[[str], None]
) -> ScenarioResult:
    """Measures it and prints its table. Records of volumes lie in the folder also when the data is in memory."""
    data_folder = MEMORY_FOLDER if scenario.in_memory else folder
    with Workspace(data_folder) as data, Workspace(folder) as records:
        result = compare(scenario, programs, rounds, data, records, say)
    print("", *table.lines(result), sep="\n", flush=True)
    return result
