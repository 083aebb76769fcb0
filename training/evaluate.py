"""Score captions of a split as the field does, through the same captioner that serves.

Writes a JSON report (scores, settings, every caption with its confidence) and, beside it, ten good and ten bad examples
to read. `--compare A.json B.json` writes nothing and says which of two reports is better, and whether by chance.
BLEU-1..4 (Papineni 2002), METEOR (Banerjee 2005), ROUGE-L (Lin 2004) and CIDEr (Vedantam 2015) come from
pycocoevalcap after its PTB tokenizer; Java must be installed. All are given × 100.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.meteor.meteor import Meteor
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer
from tqdm import tqdm

from function.app import App
from function.captioning import manifest
from function.settings import ENGINES, Settings
from training import comparison, dataset

EXAMPLES = 10
Captions = dict[str, str]
Confidences = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Caption a split and score it (about 4 minutes for 1,000 photos).")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/")
    parser.add_argument("--split", default="dev", help="train, dev or test")
    parser.add_argument("--model", type=Path, default=Settings().model, help="folder with the model files")
    parser.add_argument("--engine", choices=ENGINES, default="tensorflow", help="model runtime")
    parser.add_argument("--beam", type=int, default=Settings().beam, help="beam width")
    parser.add_argument("--out", type=Path, help="report to write (default: runs/reports/<split>-<engine>.json)")
    parser.add_argument("--against", type=Path, help="an earlier report to compare this one with")
    parser.add_argument("--compare", type=Path, nargs=2, metavar="REPORT", help="compare two reports, then stop")
    args = parser.parse_args()
    photos = dataset.Flickr8k(args.data)
    if args.compare:
        print(compare(photos, *args.compare))
        return
    out = args.out or dataset.RUNS / "reports" / f"{args.split}-{args.engine}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    settings = Settings(model=args.model, engine=args.engine, beam=args.beam)
    written, confidences = caption(photos, args.split, settings, out.with_suffix(".part"))
    scores, ciders = score({name: photos.captions[name] for name in written}, written)
    report = {"split": args.split, "engine": args.engine, "beam": args.beam, "scores": scores}
    report |= {"captions": written, "confidences": confidences}
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    out.with_suffix(".md").write_text(examples(photos, written, ciders), encoding="utf-8")
    out.with_suffix(".part").unlink()
    print("  ".join(f"{name} {value:.1f}" for name, value in scores.items()), f"→ {out}")
    if args.against:
        print(compare(photos, args.against, out))


def caption(photos: dataset.Flickr8k, split: str, settings: Settings, part: Path) -> tuple[Captions, Confidences]:
    """Caption and confidence of every photo of a split, by name; what a stopped run left in `part` is kept."""
    run = f"{settings.engine} {settings.beam} {manifest.read(settings.model).path.read_text()!r}"
    written = _resumed(part, run)
    captioner = App(settings).captioner
    with part.open("w", encoding="utf-8") as file:
        for entry in [run, *written.items()]:
            print(json.dumps(entry), file=file)
        for name in tqdm(photos.split(split), desc=f"captioning {split}", unit="photo"):
            if name not in written:
                found = captioner.describe(photos.pixels(name))
                written[name] = found.caption, round(found.confidence, 4)
                print(json.dumps((name, written[name])), file=file, flush=True)
    names = photos.split(split)
    return {name: written[name][0] for name in names}, {name: written[name][1] for name in names}


def _resumed(part: Path, run: str) -> dict[str, tuple[str, float]]:
    """What an earlier run with the same model and settings wrote, nothing if there was no such run."""
    try:
        first, *rest = [json.loads(line) for line in part.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return {}
    return dict(rest) if first == run else {}


def score(references: dict[str, list[str]], written: Captions) -> tuple[dict[str, float], dict[str, float]]:
    """All scores of a set of captions, × 100, and the CIDEr of each photo."""
    tokenizer = PTBTokenizer()
    tokenized = tokenizer.tokenize({k: [{"caption": c} for c in captions] for k, captions in references.items()})
    candidate = tokenizer.tokenize({k: [{"caption": c}] for k, c in written.items()})
    bleu, _ = Bleu(4).compute_score(tokenized, candidate, verbose=0)
    cider, ciders = Cider().compute_score(tokenized, candidate)
    scores = {f"BLEU-{n}": value for n, value in enumerate(bleu, 1)}
    scores |= {
        "METEOR": Meteor().compute_score(tokenized, candidate)[0],
        "ROUGE-L": Rouge().compute_score(tokenized, candidate)[0],
        "CIDEr": cider,
    }
    by_photo = dict(zip(tokenized, map(float, ciders), strict=True))
    return {name: round(float(value) * 100, 2) for name, value in scores.items()}, by_photo


def examples(photos: dataset.Flickr8k, written: Captions, ciders: dict[str, float]) -> str:
    """Ten captions that people would have written and ten that they would not, as Markdown."""
    ranked = sorted(written, key=lambda name: ciders[name])
    return "\n".join(
        [
            *_section("Good (highest CIDEr)", reversed(ranked[-EXAMPLES:]), photos, written),
            *_section("Bad (lowest CIDEr)", ranked[:EXAMPLES], photos, written),
        ]
    )


def _section(title: str, names: Any, photos: dataset.Flickr8k, written: Captions) -> list[str]:
    lines = [f"## {title}", ""]
    for name in names:
        lines += [f"**{written[name]}** ({name})", *(f"- {human}" for human in photos.captions[name]), ""]
    return lines


def compare(photos: dataset.Flickr8k, first: Path, second: Path) -> str:
    """Two reports on the same photos, held against each other. Exits when they are not."""
    a, b = (json.loads(path.read_text(encoding="utf-8"))["captions"] for path in (first, second))
    if a.keys() != b.keys():
        raise SystemExit(f"error: {first} and {second} are about different photos.")
    same = float(np.mean([a[name] == b[name] for name in a]))
    differences = comparison.compared({name: photos.captions[name] for name in a}, a, b)
    return comparison.as_text(differences, same, str(first), str(second))


if __name__ == "__main__":
    main()
