"""What decoding a file costs: each in a process of its own, so that a crash or a flood of memory is an outcome too."""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from function.errors import GlimpseError
from function.images import memory, read

SECONDS = 60
"""Processor time after which a decode is ended."""


class Cost(NamedTuple):
    """`outcome` is "read", an error's code, or how the process ended; `logged` counts bytes written to standard error.

    `seconds` is processor time of all threads, `megabytes` the peak of the whole process's resident memory (MiB),
    interpreter and libraries included; `wall` is wall-clock time.
    """

    outcome: str
    seconds: float
    megabytes: float
    logged: int
    wall: float


def cost(data: bytes, decode: Callable[[bytes], object] = read.read) -> Cost:
    """Decode `data` in a fork of this process, which must have no threads."""
    started = time.perf_counter()
    with memory.given_back():  # so that the fork begins small
        pass
    answer, ours = os.pipe()
    with tempfile.TemporaryFile() as log:
        child = os.fork()
        if child == 0:
            _decode_and_exit(data, decode, ours, log.fileno())
        os.close(ours)
        with os.fdopen(answer, "rb") as pipe:
            outcome = pipe.read().decode()
        _, status, usage = os.wait4(child, 0)
        logged = log.seek(0, os.SEEK_END)
    code = os.waitstatus_to_exitcode(status)
    return Cost(
        outcome or f"ended with {code}",
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        logged,
        time.perf_counter() - started,
    )


def _decode_and_exit(data: bytes, decode: Callable[[bytes], object], answer: int, log: int) -> None:
    """In the fork: never returns."""
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of the process that it was forked from
    os.dup2(log, sys.stderr.fileno() if sys.stderr else 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        decode(data)
        outcome = "read"
    except GlimpseError as error:
        outcome = error.code
    except BaseException as error:
        outcome = f"raised {type(error).__name__}"
    os.write(answer, outcome.encode())
    os._exit(0)
