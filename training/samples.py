"""Renew the page of captions in docs/model.md: photos of a report chosen at random, with what five people wrote.

Text only: the photos belong to their authors. The choice depends on the photos alone, so that every model is
shown on the same ones.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from function.captioning.captioner import published
from function.captioning.vocabulary import tokenize
from function.settings import Settings
from training import calibration_report, dataset

COUNT = 24


def main() -> None:
    parser = argparse.ArgumentParser(description="Write 24 captions of a report into docs/model.md.")
    parser.add_argument("--data", type=Path, default=dataset.DEFAULT, help="folder with flickr8k/")
    parser.add_argument(
        "--report", type=Path, default=dataset.RUNS / "reports" / "dev-litert.json", help="which report"
    )
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of model.md")
    args = parser.parse_args()
    report = json.loads(args.report.read_text(encoding="utf-8"))
    text = page(report, dataset.Flickr8k(args.data).captions)
    calibration_report.renew(args.docs / calibration_report.PAGE, "captions", text)


def page(report: Mapping[str, Any], references: Mapping[str, list[str]]) -> str:
    """The chosen captions as Markdown: what is published, what the model wrote, and what people wrote."""
    names = np.random.default_rng(dataset.SEED).choice(sorted(report["captions"]), COUNT, replace=False)
    return "\n\n".join(_entry(i, report, str(name), references[name]) for i, name in enumerate(names, 1))


def _entry(number: int, report: Mapping[str, Any], name: str, people: list[str]) -> str:
    caption, confidence = report["captions"][name], report["confidences"][name]
    text = published(tokenize(caption), confidence, Settings())[1].text or "(needs a description)"
    return "\n".join([f"{number}. **{text}** ({confidence:.0%})", *(f"    - {sentence}" for sentence in people)])


if __name__ == "__main__":
    main()
