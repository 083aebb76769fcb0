"""The page of `glimpse serve`: the same files as everywhere, told that a folder's photos stand behind them."""

from pathlib import Path

from collection.index.errors import CollectionError

SITE = Path(__file__).parents[2] / "site"
_STYLES = '<link rel="stylesheet" href="styles/gallery.css">'
_MARKS = (
    ('<html lang="en">', '<html lang="en" data-folder>'),
    (_STYLES, f'{_STYLES}\n  <link rel="stylesheet" href="styles/folder.css">'),
)


def page(site: Path = SITE) -> str:
    """index.html with the mark by which styles and code know that a folder is served, and with a folder's styles.

    Raises CollectionError where the page is not installed.
    """
    try:
        text = (site / "index.html").read_text(encoding="utf-8")
    except OSError as error:
        raise CollectionError(
            f"The page is not at {site}. Install Glimpse from its repository with pip install --editable "
            "'.[collection]', and keep the repository."
        ) from error
    for plain, marked in _MARKS:
        if text.count(plain) != 1:
            raise CollectionError(f"The page at {site} is not of this Glimpse.")
        text = text.replace(plain, marked)
    return text
