"""Score captions of a data set as the field does, through the same captioner that serves.

Writes a JSON report (scores, settings, every caption with its confidence and certainty) and, beside it, ten good and
ten bad examples to read. `--people` scores people's own captions instead. `--compare A.json B.json` writes nothing and
says which of two reports is better, and whether by chance.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from function.app import App
from function.captioning import manifest
from function.settings import ENGINES, Settings
from training import chair, comparison, scores
from training.data.base import DEFAULT, RUNS, Photo
from training.data.sets import MEASURED, SETS

EXAMPLES = 10


class Written(NamedTuple):
    """What the captioner says of one photo."""

    caption: str
    confidence: float
    certainty: str
    alt_text: str


def main() -> None:
    parser = argparse.ArgumentParser(description="Caption a split and score it (about a minute for 1,000 photos).")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets")
    parser.add_argument("--set", choices=MEASURED, default="flickr8k", help="data set")
    parser.add_argument("--split", default="dev", help="train, dev or test")
    parser.add_argument("--model", type=Path, default=Settings().model, help="folder with the model files")
    parser.add_argument("--engine", choices=ENGINES, default=Settings().engine, help="model runtime")
    parser.add_argument("--beam", type=int, default=Settings().beam, help="beam width")
    parser.add_argument("--out", type=Path, help="report to write (default: runs/reports/<set>-<split>-<engine>.json)")
    parser.add_argument("--against", type=Path, help="an earlier report to compare this one with")
    parser.add_argument("--compare", type=Path, nargs=2, metavar="REPORT", help="compare two reports, then stop")
    parser.add_argument("--people", action="store_true", help="score people's captions, then stop")
    args = parser.parse_args()
    photos = SETS[args.set](args.data).split(args.split)
    if args.compare:
        print(compare(photos, *args.compare))
    elif args.people:
        print(as_text({**scores.people(photos), **_naming(chair.people(photos))}))
    else:
        settings = Settings(model=args.model, engine=args.engine, beam=args.beam)
        out = args.out or RUNS / "reports" / f"{args.set}-{args.split}-{args.engine}.json"
        evaluate(photos, settings, {"set": args.set, "split": args.split}, out)
        if args.against:
            print(compare(photos, args.against, out))


def evaluate(photos: Sequence[Photo], settings: Settings, about: Mapping[str, str], out: Path) -> None:
    """Caption photos, score the captions, and write the report and its examples."""
    out.parent.mkdir(parents=True, exist_ok=True)
    written = caption(photos, settings, out.with_suffix(".part"))
    captions = {name: found.caption for name, found in written.items()}
    found, ciders = scores.score({photo.name: photo.captions for photo in photos}, captions)
    found |= naming(photos, written)
    report = {**about, "engine": settings.engine, "beam": settings.beam}
    report["scores"] = {name: round(value, 2) for name, value in found.items()}
    report["captions"] = captions
    report["confidences"] = {name: said.confidence for name, said in written.items()}
    report["certainties"] = {name: said.certainty for name, said in written.items()}
    report["alt_texts"] = {name: said.alt_text for name, said in written.items()}
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    out.with_suffix(".md").write_text(examples(photos, captions, ciders), encoding="utf-8")
    out.with_suffix(".part").unlink()
    print(as_text(found), f"→ {out}")


def caption(photos: Sequence[Photo], settings: Settings, part: Path) -> dict[str, Written]:
    """What the captioner says of each photo, by name; what a stopped run left in `part` is kept."""
    run = f"{settings.engine} {settings.beam} {(settings.model / manifest.NAME).read_text(encoding='utf-8')!r}"
    written = _resumed(part, run)
    captioner = App(settings).captioner
    with part.open("w", encoding="utf-8") as file:
        for entry in [run, *written.items()]:
            print(json.dumps(entry), file=file)
        for photo in tqdm(photos, desc="captioning", unit="photo"):
            if photo.name not in written:
                found = captioner.describe(photo.pixels())
                written[photo.name] = Written(
                    found.caption, round(found.confidence, 4), found.certainty, found.alt_text
                )
                print(json.dumps((photo.name, written[photo.name])), file=file, flush=True)
    return {photo.name: written[photo.name] for photo in photos}


def _resumed(part: Path, run: str) -> dict[str, Written]:
    """What an earlier run with the same model and settings wrote, nothing if there was no such run."""
    try:
        first, *rest = [json.loads(line) for line in part.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return {}
    return {name: Written(*found) for name, found in rest} if first == run else {}


def naming(photos: Sequence[Photo], written: Mapping[str, Written]) -> dict[str, float]:
    """Object naming (training.chair), × 100: of all captions, of those told plainly, and the share of these."""
    likely = [photo for photo in photos if written[photo.name].certainty == "likely"]
    found = _naming(chair.measure((photo, written[photo.name].caption) for photo in photos))
    plainly = chair.measure((photo, written[photo.name].caption) for photo in likely)
    return {**found, "CHAIRs plainly": 100 * plainly.sentences, "told plainly": 100 * len(likely) / len(photos)}


def _naming(found: chair.Chair) -> dict[str, float]:
    names = {"instances": "CHAIRi", "sentences": "CHAIRs", "recall": "recall"}
    return {names[part]: 100 * value for part, value in asdict(found).items()}


def as_text(found: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.1f}" for name, value in found.items())


def examples(photos: Sequence[Photo], captions: Mapping[str, str], ciders: Mapping[str, float]) -> str:
    """Ten captions that people would have written and ten that they would not, as Markdown."""
    ranked = sorted(photos, key=lambda photo: ciders[photo.name])
    return "\n".join(
        [
            *_section("Good (highest CIDEr)", ranked[::-1][:EXAMPLES], captions),
            *_section("Bad (lowest CIDEr)", ranked[:EXAMPLES], captions),
        ]
    )


def _section(title: str, photos: Sequence[Photo], captions: Mapping[str, str]) -> list[str]:
    lines = [f"## {title}", ""]
    for photo in photos:
        lines += [f"**{captions[photo.name]}** ({photo.name})", *(f"- {human}" for human in photo.captions), ""]
    return lines


def compare(photos: Sequence[Photo], first: Path, second: Path) -> str:
    """Two reports on the same photos, held against each other. Exits when they are not."""
    a, b = (_captions(path) for path in (first, second))
    if a.keys() != b.keys():
        raise SystemExit(f"error: {first} and {second} are about different photos.")
    same = float(np.mean([a[name] == b[name] for name in a]))
    references = {photo.name: photo.captions for photo in photos if photo.name in a}
    return comparison.as_text(comparison.compared(references, a, b), same, str(first), str(second))


def _captions(report: Path) -> dict[str, str]:
    content: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    captions: dict[str, str] = content["captions"]
    return captions


if __name__ == "__main__":
    main()
