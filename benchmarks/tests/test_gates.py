"""What is made of measurements: the table, the targets, the chart. The measurements are invented."""

import json
import pathlib
import unittest
import xml.etree.ElementTree

from comparing import jsonfile, table
from comparing.chart import chart
from comparing.gates import Gate, lines, peak_gate, random_gates
from comparing.programs.all_programs import DEFAULT, make
from comparing.results import Run, ScenarioResult
from comparing.scenario import Scenario
from comparing.sizes import GIB, MIB
from comparing.statistics import Spread


def _run(number, wall, inside=None):
    return Run(number, wall, wall / 10, wall / 10, 70 * MIB, inside, 4 * GIB, True)


def _result(walls):
    """The results of a random copy; wall seconds of each program's rounds, half of them inside."""
    nowhere = pathlib.Path("/nonexistent")
    scenario = Scenario("device", "device", "random", 4 * GIB, 512, "dirty")
    programs = make(walls, nowhere, nowhere)
    for program in programs:
        program.version = lambda: "1"
    result = ScenarioResult(scenario, 4 * GIB, 4 * GIB, programs, {"dd direct": "not there"})
    for ident, seconds in walls.items():
        result.runs[ident] = [_run(number, wall, wall / 2) for number, wall in enumerate(seconds, 1)]
    return result


class GatesTest(unittest.TestCase):
    def test_a_target_is_reached_by_the_median_and_not_by_the_best_round(self):
        self.assertTrue(Gate("row", Spread(0.1, 0.6, 9), 0.6).reached)
        self.assertFalse(Gate("row", Spread(0.1, 0.61, 9), 0.6).reached)

    def test_what_was_not_measured_is_not_reached_and_says_why(self):
        gate = Gate("row", None, 1, why_not="no fio")
        self.assertFalse(gate.reached)
        self.assertEqual(lines([gate]), ["NOT MEASURED  row: no fio"])

    def test_each_row_is_computed_from_pairs_of_one_round(self):
        peers = {"qemu-w": [4, 10, 4], "qemu": [8, 5, 8], "control": [2, 2, 2], "fio": [2, 2, 2]}
        result = _result({"tenure": [2, 3, 4], **peers})
        values = {gate.row: gate.value for gate in [*random_gates(result), peak_gate([result])]}
        self.assertEqual(values["random, device to device: wall / qemu-img -W -m 16"], Spread(0.3, 0.5, 1))
        self.assertEqual(values["random, device to device: wall / the best peer of each round"], Spread(0.5, 0.6, 1))
        self.assertEqual(values["wall / the C program of the same design"].median, 1.5)
        self.assertEqual(values["in-process copy time / fio's"].median, 1.5)
        self.assertAlmostEqual(values["CPU of the process per GiB"].median, 0.15)
        self.assertIsNone(values["--verify: wall / the plain copy's"])
        self.assertEqual(values["peak resident memory of one job"].median, 70)

    def test_checksums_cost_what_they_add_in_the_same_round(self):
        result = _result({"tenure": [2, 4, 2], "tenure-checksum": [3, 4, 6]})
        values = {gate.row: gate.value for gate in [*random_gates(result), peak_gate([result])]}
        self.assertEqual(values["--checksum: wall / the plain copy's"], Spread(1, 1.5, 3))
        self.assertAlmostEqual(values["--checksum: extra CPU per GiB"].median, 0.05)


class ReportTest(unittest.TestCase):
    result = _result({"tenure": [2, 3, 4], "qemu-w": [4, 6, 8]})

    def test_the_table_tells_medians_spreads_and_what_was_left_out(self):
        text = "\n".join(table.lines(self.result))
        self.assertIn("3.000 [2.000-4.000]", text)
        self.assertIn("0.50 [0.50-0.50]", text)
        self.assertIn("left out: dd direct: not there", text)

    def test_the_chart_is_xml_with_a_bar_for_each_program(self):
        root = xml.etree.ElementTree.fromstring(chart("a <machine> & more", [self.result]))
        bars = [element for element in root.iter("{http://www.w3.org/2000/svg}rect")]
        self.assertEqual(len(bars), 3)  # with the card
        widths = [float(bar.get("width")) for bar in bars[1:]]
        self.assertAlmostEqual(widths[1] / widths[0], 2, places=2)

    def test_json_has_every_run(self):
        document = json.loads(jsonfile.document({}, [self.result], [Gate("row", Spread(1, 1, 1), 1)]))
        programs = document["scenarios"][0]["programs"]
        self.assertEqual([run["wall_seconds"] for run in programs[0]["runs"]], [2, 3, 4])
        self.assertEqual(document["gates"][0]["reached"], True)

    def test_every_default_program_can_be_made(self):
        nowhere = pathlib.Path("/nonexistent")
        self.assertEqual([program.ident for program in make(DEFAULT, nowhere, nowhere)], list(DEFAULT))
