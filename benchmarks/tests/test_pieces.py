"""Sizes, extents, shapes, and whether two are the same."""

import os
import pathlib
import tempfile
import unittest

from comparing.errors import BadRequest, Ended
from comparing.extents import data_ranges, union
from comparing.processes import measure
from comparing.programs.program import Program
from comparing.rounds import copy_once
from comparing.sameness import Comparer
from comparing.scenario import CopyTask, Scenario
from comparing.shapes import fill
from comparing.sizes import MIB, parse_size, size_text
from comparing.storage import Workspace

_SIZE = 8 * MIB


class SizesTest(unittest.TestCase):
    def test_sizes_are_read_as_people_write_them(self):
        self.assertEqual([parse_size(text) for text in ("64M", "4g", "1T", "2GiB")], [64 << 20, 4 << 30, 1 << 40, 2 << 30])

    def test_what_is_no_multiple_of_a_request_is_refused(self):
        for text in ("", "0", "-1M", "1.5G", "4096", "1000000", "9T", "M", "1Z", "99999999999999999999M"):
            with self.subTest(text):
                self.assertRaises(BadRequest, parse_size, text)

    def test_sizes_are_told_as_people_say_them(self):
        self.assertEqual([size_text(size) for size in (1 << 40, 3 << 29, 512)], ["1 TiB", "1.5 GiB", "512 B"])


class StorageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def new_file(self, name, shape="sparse"):
        path = str(pathlib.Path(self.folder, name))
        with open(path, "xb") as file:
            file.truncate(_SIZE)
        fill(path, shape, _SIZE)
        return path

    def ranges(self, path):
        with open(path, "rb") as file:
            return list(data_ranges(file.fileno(), _SIZE))

    def test_each_shape_lies_on_the_storage_as_it_says(self):
        every_second = [(start, start + MIB) for start in range(0, _SIZE, 2 * MIB)]
        expected = {"random": [(0, _SIZE)], "zero": [(0, _SIZE)], "half": every_second, "sparse": []}
        for shape, ranges in expected.items():
            with self.subTest(shape):
                path = self.new_file(shape, shape)
                self.assertEqual(self.ranges(path), ranges)
                zeroes = not any(pathlib.Path(path).read_bytes())
                self.assertEqual(zeroes, shape in ("zero", "sparse"))

    def test_ranges_of_two_are_united_without_overlap(self):
        self.assertEqual(list(union([(0, 4), (8, 9)], [(2, 6), (6, 7), (20, 21)])), [(0, 7), (8, 9), (20, 21)])

    def test_a_copy_is_the_same_whether_its_zeroes_are_holes_or_written(self):
        comparer = Comparer()
        self.assertIsNone(comparer.first_difference(self.new_file("a", "zero"), self.new_file("b"), _SIZE))

    def test_one_other_byte_anywhere_is_found(self):
        comparer = Comparer()
        for shape in ("random", "sparse"):
            source = self.new_file(f"{shape} source", shape)
            for offset in (0, 4 * MIB - 1, 4 * MIB, _SIZE - 1):
                with self.subTest(f"{shape} {offset}"):
                    copy = pathlib.Path(self.folder, f"{shape} {offset}")
                    copy.write_bytes(pathlib.Path(source).read_bytes())
                    with open(copy, "r+b") as file:
                        file.seek(offset)
                        byte = file.read(1)[0]
                        file.seek(offset)
                        file.write(bytes([byte ^ 1]))
                    for first, second in ((source, str(copy)), (str(copy), source)):
                        found = comparer.first_difference(first, second, _SIZE)
                        self.assertEqual(found, offset // (4 * MIB) * (4 * MIB) if shape == "random" else found)
                        self.assertIsNotNone(found)

    def test_a_copy_that_is_too_short_is_an_error(self):
        source = self.new_file("source", "random")
        short = pathlib.Path(self.folder, "short")
        short.write_bytes(pathlib.Path(source).read_bytes()[:-MIB])
        with self.assertRaises(OSError):
            Comparer().first_difference(source, str(short), _SIZE)

    def test_a_program_that_copies_wrongly_ends_the_comparison(self):
        class Idle(Program):
            ident = title = "idle"

            def missing(self):
                return None

            def command(self, task, target):
                return ["true"]

        with Workspace(self.folder) as space:
            source = space.sparse_file("source", _SIZE)
            scenario = Scenario("file", "file", "random", _SIZE, 512, "new")
            task = CopyTask(scenario, source, None, space.folder)
            self.assertTrue(copy_once(Idle(), task, 1, Comparer()).identical)  # a hole from a hole
            fill(source.path, "random", _SIZE)
            with self.assertRaisesRegex(Ended, "idle copied wrongly"):
                copy_once(Idle(), task, 1, Comparer())

    def test_a_program_that_fails_ends_the_comparison_with_what_it_said(self):
        with self.assertRaisesRegex(Ended, "(?s)no-such-file.*ended with 1.*No such file"):
            measure(["cat", "/no-such-file"], pathlib.Path(self.folder))
        with self.assertRaisesRegex(Ended, "no-such-program"):
            measure(["no-such-program"], pathlib.Path(self.folder))

    def test_more_than_there_is_room_for_is_refused(self):
        with Workspace(self.folder) as space:
            space.need_room(1)
            self.assertRaises(BadRequest, space.need_room, 1 << 60)

    def test_a_workspace_leaves_nothing_when_its_work_fails(self):
        with self.assertRaises(ZeroDivisionError), Workspace(self.folder) as space:
            space.sparse_file("big", 1 << 40)
            _ = 1 // 0
        self.assertEqual(os.listdir(self.folder), [])
