"""Kill `glimpse FOLDER` again and again, and count what was done twice and what was lost.

    python -m benchmarks.folder_resume --folder FOLDER [--kills 3] [--seconds 60]

FOLDER is one that `python -m benchmarks.collection files` has made. Each run is ended with SIGKILL after that many
seconds; a photo counts as done when its line was printed. Prints JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from collection.index.database import Index, locate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    before = described(args.folder)
    printed: Counter[str] = Counter()
    rates = []
    for _ in range(args.kills):
        lines, seconds = killed(args.folder, args.seconds, args.workers)
        printed.update(line["path"] for line in lines)
        rates.append(round(len(lines) / seconds, 1))
    print(json.dumps({"photos_per_s": rates, **compared(args.folder, before, printed)}, indent=2))


def killed(folder: Path, seconds: float, workers: int) -> tuple[list[dict[str, Any]], float]:
    """The lines that a run has printed when it was killed, and the seconds from the first of them."""
    command = [sys.executable, "-m", "collection.cli", os.fspath(folder), "--json", "--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        started = time.monotonic()
        while time.monotonic() < started + seconds:
            lines.append(process.stdout.readline())
        process.kill()
        taken = time.monotonic() - started
        lines += process.stdout.readlines()
    return [json.loads(line) for line in lines if line.endswith(b"\n")], taken


def described(folder: Path) -> int:
    with Index.open(locate(folder)) as index:
        return int(index.value("SELECT count(*) FROM photos WHERE status = 'captioned'"))


def compared(folder: Path, before: int, printed: Counter[str]) -> dict[str, Any]:
    """What was printed beside what the index holds."""
    with Index.open(locate(folder)) as index:
        known = {
            os.path.join(folder.absolute(), row["shown"])  # noqa: PTH118 - as it was printed
            for row in index.run("SELECT shown FROM paths WHERE state = 'known'")
        }
        sound = index.value("PRAGMA integrity_check") == "ok"
    return {
        "captioned": sum(printed.values()),
        "twice": sum(count - 1 for count in printed.values()),
        "printed_and_lost": sum(path not in known for path in printed),
        "stored_and_not_printed": described(folder) - before - len(printed),
        "index_is_sound": sound,
    }


if __name__ == "__main__":
    main()
