"""Measure a collection: searching 100,000 records, and captioning, resuming and comparing real files.

    python -m benchmarks.collection records --out FOLDER   an index of 100,000 made-up records, and its times
    python -m benchmarks.collection files --out FOLDER     10,000 files: copies of tests/photos in other sizes, dates
                                                           and metadata; scanned, resumed, a part of them captioned
    python -m benchmarks.collection workers                12-megapixel JPEGs one after the other and with workers

Prints JSON; what may be quoted across machines are the ratios within one run.
"""

import argparse
import hashlib
import itertools
import json
import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from collection.alike import features, groups
from collection.alike.gallery import Gallery
from collection.alike.neighbours import Neighbours
from collection.index import paths, photos, tags
from collection.index.database import FOLDER, NAME, Index
from collection.index.paths import Seen
from collection.scan.update import update
from collection.search.find import find

PHOTOS = sorted(Path("tests/photos").glob("*.jpg"))
WHO = "dog cat man woman boy girl child horse bird person group players crowd surfer skier climber cyclist bear".split()  # noqa: SIM905
LOOKS = "black brown white small large young old red blue yellow wet happy".split()  # noqa: SIM905
DOES = "running standing sitting jumping playing walking swimming riding climbing looking smiling sleeping".split()  # noqa: SIM905
WHERE = "beach grass snow water street mountain field park wall rock boat bench lake road bridge pool tree car".split()  # noqa: SIM905
QUESTIONS = (
    "dog", "dog beach", "man on the street", '"black dog"', "run* snow", "dog -beach", "tag:horse", "tag:dog beach",
    "date:2014-07", "dog date:2014..2016", "certainty:possible surfer", "type:jpeg boat", "IMG_2", "a",
    "girl in the park", "zebra", "beech", "don't", "is:undescribed", "boy jumping into the lake",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("records", "files", "workers"))
    parser.add_argument("--out", type=Path, help="a folder to make the collection in, kept for the next run")
    parser.add_argument("--count", type=int, help="records or files (default: 100,000 or 10,000)")
    parser.add_argument("--groups", action="store_true", help="also compare all records with one another (minutes)")
    parser.add_argument("--captions", type=int, default=100, help="files to caption")
    args = parser.parse_args()
    report = {
        "records": lambda: of_records(args.out, args.count or 100_000, args.groups),
        "files": lambda: of_files(args.out, args.count or 10_000, args.captions),
        "workers": lambda: of_workers(args.captions),
    }[args.what]()
    print(json.dumps({**report, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}, indent=2))


def of_records(out: Path, count: int, all_pairs: bool) -> dict[str, Any]:
    """Milliseconds of questions, of more like this and of what is shown at the side, on an index of that size."""
    file = out / FOLDER / NAME
    if not file.exists():
        with Index.open(file) as index:
            make_records(index, out, count)
    with Index.open(file) as index:
        times = {question: timed(partial(find, index, question), 5) for question in QUESTIONS}
        every = [value for values in times.values() for value in values]
        wanted = [row[0] for row in index.all("SELECT photo FROM features ORDER BY photo LIMIT 21")]
        neighbours = Neighbours()
        like = [timed(partial(neighbours.of_photo, index, photo, 100), 1)[0] for photo in wanted]
        return {
            "records": index.value("SELECT count(*) FROM photos"),
            "index_mb": round(sum(f.stat().st_size for f in file.parent.iterdir()) / 1e6),
            "search_ms": percentiles(every),
            "slowest_ms": {q: round(max(t), 1) for q, t in sorted(times.items(), key=lambda i: -max(i[1]))[:5]},
            "more_like_this_ms": {"first": round(like[0]), **percentiles(like[1:])},
            "tag_counts_ms": round(timed(lambda: tags.counts(index), 1)[0], 1),
            "same_picture_s": round(timed(lambda: groups.same_picture(index, Gallery.load(index)), 1)[0] / 1000)
            if all_pairs
            else None,
        }


def make_records(index: Index, out: Path, count: int) -> None:
    """Records as the model writes them, over years of made-up files; the same ones every time."""
    rng = random.Random(0)
    encoded = np.random.default_rng(0).integers(-127, 128, (count, features.SIZE), np.int8)
    root = paths.add_root(index, out)
    for start in range(0, count, 1000):
        chunk = range(start, min(count, start + 1000))
        with index.change():
            paths.note(
                index,
                root,
                [Seen(f"{2010 + i % 12}/{i % 12 + 1:02}/IMG_{i}.jpg".encode(), "image", 1, i) for i in chunk],
            )
            for i in chunk:
                photo = photos.add(index, i.to_bytes(32), 1)
                photos.keep_record(index, photo, record(rng), 1.0)
                photos.keep_features(index, photo, encoded[i].tobytes(), "made up")
                values = {
                    "taken_at": f"{2010 + i % 12}-{i % 12 + 1:02}-{i % 28 + 1:02}T12:00:00",
                    "taken_source": "name",
                }
                photos.keep_metadata(index, photo, values, [])
                paths.attach(index, i + 1, i.to_bytes(32), 1, i)


def record(rng: random.Random) -> dict[str, Any]:
    who, where = common(rng, WHO), common(rng, WHERE)  # a search's alternatives differ in little
    sentences = [f"a {common(rng, LOOKS)} {who} is {common(rng, DOES)} in the {where}" for _ in range(5)]
    certainty = rng.choices(("likely", "possible", "none"), (6, 3, 1))[0]
    words = [
        {"word": w, "start": 0, "end": 1, "probability": 0.5, "attention": rng.randbytes(130).hex()}
        for w in sentences[0].split()
    ]
    return {
        "status": "captioned",
        "caption": sentences[0],
        "confidence": rng.random(),
        "certainty": certainty,
        "alt_text": "" if certainty == "none" else f"{sentences[0].capitalize()}.",
        "alternatives": [{"caption": s, "confidence": 0.3} for s in sentences[1:]],
        "words": words,
        "tags": [{"word": w, "probability": 0.8} for w in sentences[0].split() if len(w) > 3],
        "image": {"format": "JPEG", "width": 4032, "height": 3024},
        "model": {"name": "made up", "version": "0", "engine": "none"},
        "created_at": "2026-01-01T00:00:00Z",
    }


def common(rng: random.Random, words: list[str]) -> str:
    """A word, the first ones more often: one photo in seven is of the first."""
    return words[min(int(rng.expovariate(0.15)), len(words) - 1)]


def timed(do: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each call."""
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        do()
        measured.append((time.perf_counter() - started) * 1000)
    return measured


def percentiles(values: list[float]) -> dict[str, float]:
    return {"p50": round(statistics.median(values), 1), "p95": round(statistics.quantiles(values, n=20)[-1], 1)}


def make_files(out: Path, count: int) -> None:
    """Files that are all different: other sizes, qualities, names, folders, times and EXIF dates."""
    rng = random.Random(0)
    for i, photo in zip(range(count), itertools.cycle(PHOTOS)):
        place = out / f"{2010 + i % 12}" / f"{i % 12 + 1:02}" / f"IMG_{i:05}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(photo) as image:
            exif = image.getexif()
            exif[306] = f"{2010 + i % 12}:{i % 12 + 1:02}:{i % 28 + 1:02} 12:00:00"
            side = rng.randrange(200, 400)
            image.convert("RGB").resize((side, side * 3 // 4)).save(place, quality=rng.randrange(60, 95), exif=exif)


def stand_in(index: Index, out: Path) -> None:
    """Made-up records and features for the files of a folder that have none, without a look at a photo."""
    rng, numbers = random.Random(0), np.random.default_rng(0)
    changes = update(index, out)
    rows = paths.pending(index, changes.root, b"")
    for start in range(0, len(rows), 1000):
        with index.change():
            for row in rows[start : start + 1000]:
                data = (out / os.fsdecode(row["path"])).read_bytes()
                content, year = hashlib.sha256(data).digest(), row["shown"].split("/")
                photo = photos.add(index, content, len(data))
                photos.keep_record(index, photo, record(rng), 1.0)
                packed = numbers.integers(-127, 128, features.SIZE, np.int8).tobytes()
                photos.keep_features(index, photo, packed, encoder())
                taken = {"taken_at": f"{year[0]}-{year[1]}-01T12:00:00", "taken_source": "name"}
                photos.keep_metadata(index, photo, taken, [])
                paths.attach(index, row["id"], content, row["size"], row["mtime_ns"])


def encoder() -> str:
    """The released one, so that nothing is compared anew."""
    from collection.captions.model import Model
    from function.settings import Settings

    return Model(Settings()).encoder


def of_files(out: Path, count: int, captions: int) -> dict[str, Any]:
    """Files a second of a first scan and of a later one, photos a second captioned, and bytes of index for each."""
    from collection.captions.model import Model
    from collection.captions.pipeline import Pipeline
    from function.settings import Settings

    if not out.exists():
        make_files(out, count)
    with Index.open(out / FOLDER / NAME) as index:
        first = timed(lambda: update(index, out), 1)[0] / 1000
        again = timed(lambda: update(index, out), 1)[0] / 1000
        root = index.value("SELECT id FROM roots")
        rows = paths.pending(index, root, b"")[:captions]
        pipeline = Pipeline(index, Model(Settings(), 2), lambda place: b"", 2)
        taken = timed(lambda: list(pipeline.run(root, rows)), 1)[0] / 1000
        return {
            "files": count,
            "first_scan_files_per_s": round(count / first),
            "later_scan_files_per_s": round(count / again),
            "captioned_per_s": round(len(rows) / taken, 1) if rows else None,
        }


def of_workers(count: int) -> dict[str, Any]:
    """12-megapixel JPEGs: `App.caption` one after the other, and the pipeline with workers.

    Photos a second, the ratio to one after the other, and milliseconds of processor time a photo; medians of 3 turns.
    """
    import tempfile

    from function.app import App
    from function.settings import Settings

    turns: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{i}.jpg" for i in range(count)]
        for file, data in zip(files, large(), strict=False):
            file.write_bytes(data)
        app = App(Settings())
        app.caption("0" * 32, files[0].read_bytes())
        for turn in range(3):
            one = measured(lambda: [app.caption("0" * 32, file.read_bytes()) for file in files])
            turns.setdefault("one after the other", []).append(one)
            for workers in (1, 2, 3):
                turns.setdefault(f"--workers {workers}", []).append(with_workers(folder, files[0], workers, turn))
    medians = {
        name: [statistics.median(column) / count for column in zip(*t, strict=True)] for name, t in turns.items()
    }
    serial = medians["one after the other"][0]
    return {
        name: {"photos_per_s": round(1 / wall, 1), "ratio": round(serial / wall, 2), "processor_ms": round(cpu * 1000)}
        for name, (wall, cpu) in medians.items()
    }


def with_workers(folder: Path, warm: Path, workers: int, turn: int) -> tuple[float, float]:
    """Seconds, and seconds of processor time, that a new index of the folder takes once the model is loaded."""
    from collection.captions.model import Model
    from collection.captions.pipeline import Pipeline
    from function.settings import Settings

    model = Model(Settings(), workers)
    with ThreadPoolExecutor(workers) as pool:  # every copy of the model is loaded
        list(pool.map(lambda _: model.describe(warm.read_bytes(), b"\0" * 32), range(2 * workers)))
    with Index.open(folder / f".{turn}-{workers}") as index:
        changes = update(index, folder)
        rows = paths.pending(index, changes.root, b"")
        return measured(lambda: list(Pipeline(index, model, lambda place: b"", workers).run(changes.root, rows)))


def measured(do: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of a call, by the clock and of processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - wall, time.process_time() - cpu


def large() -> Iterator[bytes]:
    """12-megapixel JPEGs, all different."""
    for i in itertools.count():
        with Image.open(PHOTOS[i % len(PHOTOS)]) as image:
            file = BytesIO()
            image.convert("RGB").resize((4032, 3024)).save(file, "JPEG", quality=90 - i // len(PHOTOS))
            yield file.getvalue()


if __name__ == "__main__":
    main()
