"""Renew the page of captions in docs/model.md: photos of a report chosen at random, with what people wrote.

Text only: the photos belong to their authors. The choice depends on the photos alone, so that every model is
shown on the same ones.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training import calibration_report
from training.data.base import DEFAULT, RUNS, SEED
from training.data.sets import SETS

COUNT = 24


def main() -> None:
    parser = argparse.ArgumentParser(description="Write 24 captions of a report into docs/model.md.")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder with the data sets")
    parser.add_argument("--report", type=Path, default=RUNS / "reports/flickr8k-dev-litert.json", help="which report")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of model.md")
    args = parser.parse_args()
    report = json.loads(args.report.read_text(encoding="utf-8"))
    photos = SETS[report["set"]](args.data).split(report["split"])
    text = page(report, {photo.name: photo.captions for photo in photos})
    calibration_report.renew(args.docs / calibration_report.PAGE, f"captions {report['set']}", text)


def page(report: Mapping[str, Any], references: Mapping[str, Sequence[str]]) -> str:
    """The chosen captions as Markdown: what is published, what the model wrote, and what people wrote."""
    names = np.random.default_rng(SEED).choice(sorted(report["captions"]), COUNT, replace=False)
    return "\n\n".join(_entry(i, report, str(name), references[name]) for i, name in enumerate(names, 1))


def _entry(number: int, report: Mapping[str, Any], name: str, people: Sequence[str]) -> str:
    text, confidence = report["alt_texts"][name] or "(needs a description)", report["confidences"][name]
    return "\n".join([f"{number}. **{text}** ({confidence:.0%})", *(f"    - {sentence}" for sentence in people)])


if __name__ == "__main__":
    main()
