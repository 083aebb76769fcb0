"""Put a caption into many photos as the page does, and have exiftool and Pillow say whether anything else has changed.

    python -m benchmarks.embedding FOLDER...

Takes every JPEG, PNG and WebP below the folders once, and those that `benchmarks.metadata_photos` makes. Of each it
compares what exiftool reads before and after, binary values included, and the pixels. Exits with 1 when a photo lost
anything, does not carry the words, or was refused without a reason of its own. Needs node and exiftool.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.metadata_photos import make_photos
from benchmarks.metadata_tags import lost_tags, read_tags, words_missing
from benchmarks.pixels import pixels

DESCRIPTION = {"words": "Zoë & a <dog> “runs”.", "language": "en", "tags": ["dog", "Ångström"]}
SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp"}
_SCRIPT = Path(__file__).with_name("embed.js")


@dataclass
class Outcome:
    """What became of one photo. `status`: "embedded", the code of a refusal, or "other format"."""

    photo: Path
    status: str
    faults: list[str] = field(default_factory=list)


def collect(folders: Iterable[Path]) -> list[Path]:
    """Every photo below the folders, once for each content."""
    photos: dict[bytes, Path] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        if path.is_file():
            photos.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
    return list(photos.values())


def embed(photos: list[Path], results: Path) -> list[Outcome]:
    """Write what the page would save, as results/0, results/1 and so on."""
    command = ["node", str(_SCRIPT), str(results), json.dumps(DESCRIPTION)]
    done = subprocess.run(command, input="\n".join(map(str, photos)), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    lines = map(json.loads, done.stdout.splitlines())
    return [Outcome(Path(line["path"]), line["status"]) for line in lines]


def judge(outcomes: list[Outcome], results: Path) -> None:
    """Add to each outcome what exiftool and Pillow have against it."""
    embedded = [(i, outcome) for i, outcome in enumerate(outcomes) if outcome.status == "embedded"]
    before = read_tags([outcome.photo for _, outcome in embedded])
    after = read_tags([results / str(i) for i, _ in embedded])
    for (i, outcome), old, new in zip(embedded, before, after, strict=True):
        outcome.faults += lost_tags(old, new, DESCRIPTION)
        outcome.faults += words_missing(old, new, DESCRIPTION)
        if pixels(outcome.photo) != pixels(results / str(i)):
            outcome.faults.append("pixels")


def table(outcomes: list[Outcome], source: dict[Path, str]) -> Iterator[str]:
    """One line for each source of photos."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        if outcome.status != "other format":
            faulty = outcome.status == "embedded" and bool(outcome.faults)
            rows[source[outcome.photo]].update(["photos", outcome.status, *(["faulty"] if faulty else [])])
    yield "| source | photos | embedded | refused: damaged | refused: no room | something changed |"
    yield "|---|---|---|---|---|---|"
    for name, row in rows.items():
        counts = (row[column] for column in ("photos", "embedded", "damaged_metadata", "no_room", "faulty"))
        yield f"| {name} | {' | '.join(map(str, counts))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        made, results = Path(scratch, "made"), Path(scratch, "results")
        made.mkdir()
        results.mkdir()
        make_photos(made)
        source = dict.fromkeys(collect([made]), "made by code")
        source |= {photo: folder.name for folder in arguments.folders for photo in collect([folder])}
        outcomes = embed(list(source), results)
        judge(outcomes, results)
        print("\n".join(table(outcomes, source)))
        for outcome in outcomes:
            if outcome.faults or outcome.status in ("damaged_metadata", "no_room"):
                print(f"{outcome.photo}: {outcome.status}", *outcome.faults[:8], sep="\n    ")
    sys.exit(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    main()
