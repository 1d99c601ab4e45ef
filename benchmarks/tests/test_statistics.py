"""What is said about repeated measurements."""

import unittest

from comparing.statistics import Spread, best_of_each_round, median, pair_ratios


class StatisticsTest(unittest.TestCase):
    def test_the_median_is_the_middle_value_in_whatever_order(self):
        self.assertEqual(median([9, 1, 5]), 5)

    def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle(self):
        self.assertEqual(median([4, 1, 100, 2]), 3)

    def test_there_is_no_median_of_nothing(self):
        self.assertRaises(ValueError, median, [])

    def test_ratios_are_of_one_round_and_never_of_two_medians(self):
        # Over the medians it would be 1; no round says so.
        self.assertEqual(pair_ratios([1, 2, 4], [2, 4, 2]), [0.5, 0.5, 2])

    def test_rounds_that_do_not_match_make_no_pairs(self):
        self.assertRaises(ValueError, pair_ratios, [1, 2], [1])

    def test_the_best_peer_may_be_another_one_in_each_round(self):
        self.assertEqual(best_of_each_round([[3, 1], [2, 5]]), [2, 1])

    def test_peers_that_have_not_run_equally_often_have_no_best(self):
        self.assertRaises(ValueError, best_of_each_round, [[1], [1, 2]])

    def test_a_spread_tells_from_where_to_where(self):
        self.assertEqual(Spread.of([3, 1, 2]), Spread(1, 2, 3))
