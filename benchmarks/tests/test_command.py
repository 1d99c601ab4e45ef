"""The whole command, on real files and loop devices."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

_COMPARE = str(pathlib.Path(__file__).resolve().parents[1] / "compare")

_NEEDS_ROOT = unittest.skipIf(os.geteuid() != 0, "loop devices need root")


def _loop_devices():
    return subprocess.run(["losetup", "-l", "-n", "-O", "NAME,BACK-FILE"], capture_output=True, text=True).stdout


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_compare(self, *arguments):
        # Not in C's locale of a bare environment: paths and names are UTF-8.
        return subprocess.run([_COMPARE, *arguments], capture_output=True, text=True, cwd=self.folder)

    def compare(self, *arguments):
        """A run that has to end well: its results, its chart's text, its table. It leaves nothing."""
        work = pathlib.Path(self.folder, "work")
        work.mkdir()
        done = self.run_compare("--folder", str(work), "--json", "r.json", "--svg", "c.svg", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.listdir(work), [])
        self.assertNotIn(self.folder, _loop_devices())
        chart = xml.etree.ElementTree.parse(pathlib.Path(self.folder, "c.svg"))
        return (
            json.loads(pathlib.Path(self.folder, "r.json").read_text()),
            " ".join(element.text or "" for element in chart.iter()),
            done.stdout,
        )

    def check(self, scenario, occupied_mib):
        ran = {program["id"]: program for program in scenario["programs"]}
        for needed, executable in (("tenure", "sh"), ("qemu-w", "qemu-img"), ("dd", "dd"), ("control", "gcc")):
            if shutil.which(executable):
                self.assertIn(needed, ran, scenario["left_out"])
        for program in ran.values():
            (run,) = program["runs"]  # the warm-up does not count
            self.assertGreater(run["wall_seconds"], 0)
            self.assertGreater(run["peak_bytes"], 1 << 20)
            self.assertEqual(program["wall_seconds"]["median"], run["wall_seconds"])
            wall = ran["tenure"]["runs"][0]["wall_seconds"]
            self.assertAlmostEqual(program["tenure_over_it"]["median"], wall / run["wall_seconds"])
            self.assertIs(run["identical"], None if program["role"] == "limit" else True)
            if program["role"] == "tenure":
                self.assertAlmostEqual(run["occupied_bytes"] / (1 << 20), occupied_mib, delta=1)
                self.assertLess(run["in_process_seconds"], run["wall_seconds"])

    def test_files_are_copied_compared_and_charted(self):
        results, chart, table = self.compare("--size", "8M", "--rounds", "1", "--paths", "file:file", "--shapes", "half")
        (scenario,) = results["scenarios"]
        self.check(scenario, 4)
        self.assertIn("fio (limit)", scenario["left_out"])
        self.assertIn("left out: fio (limit)", table)
        self.assertIn("8 MiB, half: file -> new file", chart)
        self.assertIn("tenure", chart)

    @_NEEDS_ROOT
    def test_loop_devices_of_4096_bytes_are_copied_and_compared(self):
        results, _, _ = self.compare(
            "--size", "8M", "--rounds", "1", "--paths", "device:device", "--sector-size", "4096",
            "--peers", "qemu-w,dd,control,fio",
        )  # fmt: skip
        (scenario,) = results["scenarios"]
        self.check(scenario, 8)

    def test_a_mistake_is_one_line_and_exit_code_2(self):
        for arguments in (["--size", "3"], ["--rounds", "0"], ["--paths", "file"], ["--peers", "cp"], ["--nothing"],
                          ["--folder", "/nowhere"], ["--json", "/nowhere/x"], ["--source-device", "/dev/null"],
                          ["--gates", "--memory"], ["--target-device", "/dev/null"], ["extra"]):  # fmt: skip
            with self.subTest(arguments):
                done = self.run_compare(*arguments)
                self.assertEqual((done.returncode, done.stdout, len(done.stderr.splitlines())), (2, "", 1), done.stderr)

    @_NEEDS_ROOT
    def test_a_device_is_not_overwritten_unless_told_so_nor_while_in_use(self):
        backing = pathlib.Path(self.folder, "lun")
        backing.write_bytes(b"dear" * (1 << 20))
        device = subprocess.run(
            ["losetup", "-f", "--show", str(backing)], capture_output=True, text=True, check=True
        ).stdout.strip()
        self.addCleanup(subprocess.run, ["losetup", "-d", device], check=True)
        held = self.run_compare("--target-device", device, "--size", "4M")
        self.assertEqual((held.returncode, "--destroy" in held.stderr), (2, True), held.stderr)
        descriptor = os.open(device, os.O_RDONLY | os.O_EXCL)  # as a mount does
        try:
            held = self.run_compare("--target-device", device, "--size", "4M", "--destroy")
            self.assertEqual((held.returncode, "in use" in held.stderr), (2, True), held.stderr)
        finally:
            os.close(descriptor)
        too_large = self.run_compare("--target-device", device, "--size", "8M", "--destroy")
        self.assertEqual((too_large.returncode, "smaller" in too_large.stderr), (2, True), too_large.stderr)
        self.assertEqual(backing.read_bytes(), b"dear" * (1 << 20))

    @_NEEDS_ROOT
    def test_an_interruption_leaves_no_device_and_no_file(self):
        # A build in the background ignores SIGINT, and so would what it starts.
        command = ["env", "--default-signal=INT", _COMPARE, "--size", "64M", "--paths", "device:device"]
        command += ["--only", "dd", "--folder", self.folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                self.wait_until(lambda: _loop_devices().count(self.folder) == 2 or process.poll() is not None)
                process.send_signal(signal.SIGINT)
                said = process.communicate(timeout=60)[1]
            finally:
                process.kill()
        self.assertEqual(process.returncode, 130, said)
        self.assertEqual(os.listdir(self.folder), [])
        self.assertNotIn(self.folder, _loop_devices())

    def wait_until(self, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.01)
