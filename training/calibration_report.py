"""The figures of a calibration, for docs/model.md: tables, and the reliability diagram as an SVG.

Text between `<!-- name -->` and `<!-- /name -->` is renewed; the rest of the page is its authors'.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from function.captioning.captioner import certainty
from function.records import Certainty
from function.settings import Settings

BINS = 10
PAGE = "model.md"
DIAGRAM = "calibration.svg"
Values = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Check:
    """Probabilities and truth (n, b) of b sentences for each of n photos that the weights were not fitted on.

    `sure` and `good`: as good as people's; `plain` and `grounded`: naming nothing absent. `sources` (n,) names the
    data set of each photo.
    """

    sure: Values
    plain: Values
    good: Truth
    grounded: Truth
    sources: npt.NDArray[np.str_]

    def of(self, source: str) -> "Check":
        """The photos of one data set."""
        chosen = self.sources == source
        return Check(*(getattr(self, part.name)[chosen] for part in fields(Check)))


def joined(checks: "Sequence[Check]") -> Check:
    """Several checks as one."""
    return Check(*(np.concatenate([getattr(check, part.name) for check in checks]) for part in fields(Check)))


@dataclass(frozen=True)
class Report:
    bars: Mapping[str, float]
    checks: Sequence[Check]
    unseen: Mapping[str, float]
    ablation: Mapping[str, tuple[float, float]]
    reference: Sequence[Check] = ()


def area(sure: Values, good: Truth) -> float:
    """Area under the ROC curve: how often a good caption gets more confidence than one that is not."""
    return float(roc_auc_score(good, sure))


def error(sure: Values, good: Truth) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al., ICML 2017)."""
    return float(sum(share * abs(mean - truth) for share, mean, truth in bins(sure, good)))


def bins(sure: Values, good: Truth) -> list[tuple[float, float, float]]:
    """For each bin that is not empty: its share of the captions, their mean confidence, the share that is good."""
    index = np.minimum((sure * BINS).astype(int), BINS - 1)
    members = [index == i for i in range(BINS) if np.any(index == i)]
    return [(float(m.mean()), float(sure[m].mean()), float(good[m].mean())) for m in members]


def noise(sure: Values, rounds: int = 500) -> float:
    """The error that perfect calibration would show by chance: the mean over truths drawn from the confidence."""
    random = np.random.default_rng(0)
    return float(np.mean([error(sure, random.random(len(sure)) < sure) for _ in range(rounds)]))


def publish(report: Report, docs: Path) -> None:
    """Renew the measured parts of docs/model.md and the diagram, and print the parts."""
    parts = {
        "calibration": f"{_checks(report)}\n\n{_grounded(report)}\n\n{_ablation(report.ablation)}",
        "honesty": f"{_published(report)}\n\n{_unseen(report.unseen)}",
    }
    for name, text in parts.items():
        renew(docs / PAGE, name, text)
        print(text, end="\n\n")
    (docs / DIAGRAM).write_text(diagram(report.checks), encoding="utf-8")


def renew(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of one name, or add it with its marks at the end of the page."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    part = f"{opening}\n{text}\n{closing}"
    marked = re.compile(f"{re.escape(opening)}.*?{re.escape(closing)}", re.DOTALL)
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    renewed = marked.sub(lambda _: part, before) if marked.search(before) else f"{before}\n{part}\n"
    page.write_text(renewed.lstrip("\n"), encoding="utf-8")


def _checks(report: Report) -> str:
    bars = ", ".join(f"{bar:.3f} on {source}" for source, bar in report.bars.items())
    lines = [
        f"People's own captions score a CIDEr-D of {bars} at the lower quartile; that is the bar.",
        "",
        "| checked on | captions | as good as people's | mean confidence | calibration error | by chance alone | area under the curve |",  # noqa: E501
        "|---|---|---|---|---|---|---|",
    ]
    first, second = report.checks
    both = joined(report.checks)
    rows = {"second half": first, "first half": second, "both": both}
    rows |= {f"both: {source}": both.of(source) for source in report.bars}
    if report.reference:
        rows["both, on TensorFlow"] = joined(report.reference)
    lines += [_row(title, check.sure[:, 0], check.good[:, 0]) for title, check in rows.items()]
    lines.append(_row("both: alternatives", both.sure[:, 1:].ravel(), both.good[:, 1:].ravel()))
    return "\n".join(lines)


def _row(title: str, sure: Values, good: Truth) -> str:
    figures = f"{error(sure, good):.3f} | {noise(sure):.3f} | {area(sure, good):.3f}"
    return f"| {title} | {len(sure)} | {good.mean():.1%} | {sure.mean():.1%} | {figures} |"


def _grounded(report: Report) -> str:
    """How true the probability is that a caption names nothing absent."""
    lines = [
        "| names nothing that is absent | captions | do | mean probability | calibration error | by chance alone | area under the curve |",  # noqa: E501
        "|---|---|---|---|---|---|---|",
    ]
    both = joined(report.checks)
    rows = {"both": both} | {f"both: {source}": both.of(source) for source in report.bars}
    lines += [_row(title, check.plain[:, 0], check.grounded[:, 0]) for title, check in rows.items()]
    return "\n".join(lines)


def _published(report: Report) -> str:
    """What the thresholds do to dev captions of each data set."""
    both, settings = joined(report.checks), Settings()
    lines = [
        "| certainty of dev captions | share | of these, as good as people's | and naming something absent |",
        "|---|---|---|---|",
    ]
    for source in report.bars:
        check = both.of(source)
        pairs = zip(check.sure[:, 0].tolist(), check.plain[:, 0].tolist(), strict=True)
        decided = np.array([certainty(confidence, settings, grounded) for confidence, grounded in pairs])
        for name in get_args(Certainty):
            chosen = decided == name
            good, absent = (truth[chosen, 0].mean() if chosen.any() else 0 for truth in (check.good, ~check.grounded))
            lines.append(f"| {source}: {name} | {chosen.mean():.1%} | {good:.0%} | {absent:.1%} |")
    return "\n".join(lines)


def _ablation(results: Mapping[str, tuple[float, float]]) -> str:
    lines = ["| measures of a sentence | area under the curve | calibration error |", "|---|---|---|"]
    return "\n".join(lines + [f"| {title} | {a:.3f} | {e:.3f} |" for title, (a, e) in results.items()])


def _unseen(shares: Mapping[str, float]) -> str:
    lines = ["| kind, when the model has never seen it | taken for no photo |", "|---|---|"]
    return "\n".join(lines + [f"| {kind} | {share:.1%} |" for kind, share in shares.items()])


def diagram(checks: Sequence[Check]) -> str:
    """Bars of how many captions were good over how confident the model was, and the diagonal they should meet."""
    sure, good = (np.concatenate([getattr(check, part)[:, 0] for check in checks]) for part in ("sure", "good"))
    parts = []
    for share, mean, truth in bins(sure, good):
        left = 40 + 300 * int(min(mean * BINS, BINS - 1)) / BINS
        parts.append(f'<rect x="{left + 1:.1f}" y="{320 - 300 * truth:.1f}" width="28" height="{300 * truth:.1f}"/>')
        parts.append(f'<circle cx="{40 + 300 * mean:.1f}" cy="{320 - 300 * truth:.1f}" r="4"/>')
        parts.append(f'<text x="{left + 15:.1f}" y="316" class="n">{round(share * len(sure))}</text>')
    ticks = [
        f'<text x="{40 + 300 * tick / 5:.0f}" y="336">{tick / 5:.1f}</text>'
        f'<text x="28" y="{324 - 300 * tick / 5:.0f}">{tick / 5:.1f}</text>'
        for tick in range(6)
    ]
    return _FRAME.format(bars="\n".join(parts), ticks="\n".join(ticks))


_FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 365" role="img" font-family="sans-serif" \
font-size="11" text-anchor="middle">
<title>Share of captions as good as people's over confidence, on dev photos that were not fitted on</title>
<style>rect {{ fill: #7aa6c2 }} circle {{ fill: #123 }} .n {{ fill: #123; font-size: 9px }}</style>
<path d="M0 0H360V365H0Z" fill="#fff"/>
{bars}
<path d="M40 320L340 20" stroke="#b33" stroke-dasharray="4 4" fill="none"/>
<path d="M40 20V320H340" stroke="#123" fill="none"/>
{ticks}
<text x="190" y="355">confidence (numbers of captions in the bars)</text>
<text transform="translate(9 170) rotate(-90)">as good as people's</text>
</svg>
"""
