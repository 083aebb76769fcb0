"""What axe-core and a ruler say of a page."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def load_axe(page: Page) -> None:
    """Needed once before `violations`."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # through the debugger: the page's own rules forbid it


def overflow(page: Page) -> int:
    """How many pixels one would have to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, all of its rules."""
    return list(
        page.evaluate(
            """async () => {
                const rules = { "target-size": { enabled: true } };
                const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
                return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) =>
                    `${id}: ${target} ${any.map(({ message }) => message)}`));
            }"""
        )
    )
