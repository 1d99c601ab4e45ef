"""Runs one command and says what it cost: a program of its own, so that it stays small.

A process that is started inherits the peak memory of the one that starts it, so that nothing can be measured below
what this one needs, about 9 MiB.

usage: python3 -I -S measured.py OUT ERR COMMAND [ARGUMENT...]
OUT, ERR: files for what the command prints. Prints: wall ns, user us, system us, peak KiB, exit code (or -signal).
"""

import os
import signal
import sys
import time


def run(out: str, err: str, command: list[str]) -> tuple[int, int, int, int, int]:
    """Starts the command and waits for it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600),
    ]
    start = time.monotonic_ns()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic_ns() - start
    # With what it has started and waited for.
    user, system = round(usage.ru_utime * 1e6), round(usage.ru_stime * 1e6)
    return wall, user, system, usage.ru_maxrss, os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    # Who ends the group ends the command; this one still has to wait for it.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    print(*run(sys.argv[1], sys.argv[2], sys.argv[3:]))
