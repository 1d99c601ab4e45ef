"""What is said about repeated measurements. Machines wander: only values of one round are set against each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Spread:
    """The smallest, the middle and the largest of some values."""

    minimum: float
    median: float
    maximum: float

    @staticmethod
    def of(values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        if not values:
            raise ValueError("no values")
        return Spread(min(values), median(values), max(values))


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the mean of the two in the middle."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def pair_ratios(values: Sequence[float], bases: Sequence[float]) -> list[float]:
    """Each value over the base of the same round."""
    if len(values) != len(bases):
        raise ValueError(f"{len(values)} values and {len(bases)} bases make no pairs")
    return [value / base for value, base in zip(values, bases)]


def best_of_each_round(series: Sequence[Sequence[float]]) -> list[float]:
    """The smallest value of each round over several programs, which have run equally often."""
    if not series or len({len(values) for values in series}) != 1:
        raise ValueError("the programs have not run equally often")
    return [min(values) for values in zip(*series)]
