"""Caption 12-megapixel JPEGs one after the other with an earlier Glimpse, and as a folder with this one, in turns.

    git worktree add /tmp/before 11228fe       the last commit before folders
    python -m benchmarks.folder_before --before /tmp/before [--photos 64] [--workers 2] [--turns 3]

Both run as commands, each with the model of its own commit, start-up included. Where exiftool is installed, the folder
is captioned with and without it: the earlier Glimpse reads no metadata. Prints JSON: seconds, seconds of processor
time, and the ratio to the earlier one, medians of the turns. Run it with `chrt --rr 10` on a machine that is not idle.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.collection import large

_WITHOUT_TOOLS = {**os.environ, "PATH": ""}  # exiftool is not found


class Took(NamedTuple):
    """Seconds of a command, by the clock and of processor time."""

    wall: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True, help="a worktree of the earlier commit")
    parser.add_argument("--photos", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3)
    args = parser.parse_args()
    turns: list[dict[str, Took]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for i, data in zip(range(args.photos), large(), strict=False):
            (folder / f"{i:03}.jpg").write_bytes(data)
        for turn in range(args.turns + 1):
            turns.append(measured(folder, args.before, args.workers, folder / f".{turn}"))
    print(json.dumps(report(turns[1:]), indent=2))  # the first one brought the files into memory


def measured(folder: Path, before: Path, workers: int, indexes: Path) -> dict[str, Took]:
    photos = [str(file) for file in sorted(folder.glob("*.jpg"))]
    glimpse = ["-m", "collection.cli", str(folder), "--workers", str(workers), "--index"]
    return {
        "one after the other, before": took(["-m", "function", *photos], before),
        "one after the other": took(["-m", "function", *photos], Path()),
        f"--workers {workers}": took([*glimpse, f"{indexes}-1"], Path()),
        f"--workers {workers}, without exiftool": took([*glimpse, f"{indexes}-2"], Path(), _WITHOUT_TOOLS),
    }


def took(arguments: Sequence[str], cwd: Path, environment: dict[str, str] | None = None) -> Took:
    used, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, check=True)
    wall, now = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)


def report(turns: list[dict[str, Took]]) -> dict[str, dict[str, float]]:
    first = next(iter(turns[0]))
    return {
        name: {
            "seconds": round(statistics.median(turn[name].wall for turn in turns), 2),
            "processor_seconds": round(statistics.median(turn[name].processor for turn in turns), 2),
            "ratio": round(statistics.median(turn[first].wall / turn[name].wall for turn in turns), 2),
        }
        for name in turns[0]
    }


if __name__ == "__main__":
    main()
