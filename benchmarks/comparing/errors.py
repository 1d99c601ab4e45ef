"""How a comparison ends early: each with one line for people and an exit code, the codes of the tenure command."""

from __future__ import annotations


class Ended(Exception):
    """The comparison cannot go on; the text says why and what to do."""

    exit_code = 1


class BadRequest(Ended):
    """What was asked for makes no sense, or would destroy what nobody gave up."""

    exit_code = 2


class Lacking(Ended):
    """The machine lacks something."""

    exit_code = 7
