"""Time the two engines against each other, and the command line from start to first caption.

Each engine runs in processes of its own, in turn, so that both meet the same noise of a shared machine;
every figure is a median, and what may be quoted across machines is the ratio within one run.
Writes benchmarks/engines.json and prints a table.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PHOTO = Path("tests/photos/two-dogs.jpg")
ENGINES = ("litert", "tensorflow")
STAGES = ("encode", "search", "caption")
WARM_UP = 3
Samples = dict[str, list[float]]
"""Milliseconds of each stage, one for each caption."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the engines on one 224×224 photo (about 2 minutes).")
    parser.add_argument("--rounds", type=int, default=3, help="processes per engine, in turn")
    parser.add_argument("--captions", type=int, default=15, help="timed captions per process")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/engines.json"), help="report to write")
    parser.add_argument("--worker", choices=ENGINES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(time_engine(args.worker, args.captions)))
        return
    report = compare(args.rounds, args.captions)
    args.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(table(report))


def compare(rounds: int, captions: int) -> dict[str, Any]:
    """All measurements of one run."""
    samples: dict[str, list[dict[str, Any]]] = {engine: [] for engine in ENGINES}
    first: Samples = {engine: [] for engine in ENGINES}
    for _ in range(rounds):
        for engine in ENGINES:
            command = [sys.executable, "-m", "benchmarks.engines", "--worker", engine, "--captions", str(captions)]
            samples[engine].append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    for _ in range(7):
        for engine in ENGINES:
            first[engine].append(time_to_first_caption(engine))
    return {
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "python": platform.python_version()},
        "captions_per_engine": rounds * captions,
        "engines": {engine: _summary(samples[engine], first[engine]) for engine in ENGINES},
    }


def time_engine(engine: str, captions: int) -> dict[str, Any]:
    """Warm milliseconds per stage of one photo, in this process, and its peak memory in MB."""
    from function.app import App
    from function.images.read import read
    from function.settings import Settings

    captioner = App(Settings(engine=engine)).captioner
    photo = read(PHOTO.read_bytes()).pixels
    times: Samples = {stage: [] for stage in STAGES}
    for i in range(WARM_UP + captions):
        started = time.perf_counter()
        caption = captioner.describe(photo)
        total = (time.perf_counter() - started) * 1000
        if i >= WARM_UP:
            for stage, value in zip(
                STAGES, (caption.encode_milliseconds, caption.search_milliseconds, total), strict=True
            ):
                times[stage].append(value)
    return {**times, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def time_to_first_caption(engine: str) -> float:
    """Seconds from starting `python -m function` to its first line."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "function", "--engine", engine, str(PHOTO)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise SystemExit(f"{' '.join(command)} printed no caption")
        return time.perf_counter() - started


def table(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    rows = [
        ("warm, encode (ms)", "encode"),
        ("warm, search (ms)", "search"),
        ("**warm, whole caption (ms)**", "caption"),
    ]
    rows += [("process start to first caption (s)", "first_caption_seconds"), ("peak memory (MB)", "peak_mb")]
    lines = ["| median | LiteRT int8 | TensorFlow float32 | ratio |", "|---|---|---|---|"]
    for title, key in rows:
        fast, reference = (report["engines"][engine][key] for engine in ENGINES)
        lines.append(f"| {title} | {fast:.3g} | {reference:.3g} | {reference / fast:.1f}× |")
    return "\n".join(lines)


def _summary(samples: list[dict[str, Any]], first: list[float]) -> dict[str, float]:
    medians = {stage: statistics.median(value for sample in samples for value in sample[stage]) for stage in STAGES}
    medians |= {"first_caption_seconds": statistics.median(first), "peak_mb": max(s["peak_mb"] for s in samples)}
    return {name: round(value, 3) for name, value in medians.items()}


def _processor() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return names[0].partition(": ")[2] if names else platform.processor()


if __name__ == "__main__":
    main()
