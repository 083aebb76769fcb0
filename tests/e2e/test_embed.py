"""Download with caption: the description inside the file as exiftool reads it, and all else as it was."""

import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from playwright.sync_api import Browser, Page, expect

from tests.e2e.actions import choose, choose_from_more, edit
from tests.e2e.locators import DOG, SENTENCE, card, headline
from tests.e2e.server import Server

WORDS = 'Rex & "friends" <wait> – at noon.'
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """One for all of these tests: each photo has its own name."""
    page = browser.new_page()
    page.goto(server.url)
    yield page
    page.close()


def _exiftool(*arguments: str | Path) -> str:
    return subprocess.run(["exiftool", *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def _tags(photo: Path) -> dict[str, Any]:
    [tags] = json.loads(_exiftool("-json", "-G1", "-struct", photo))
    return dict(tags)


def _save(path: Path, **options: Any) -> Path:
    with Image.open(DOG) as dog:
        dog.resize((160, 121)).convert(options.pop("mode", "RGB")).save(path, **options)
    return path


def _plain_jpeg(folder: Path) -> Path:
    return _save(folder / "plain.jpg")


def _camera_jpeg(folder: Path) -> Path:
    photo = _save(folder / "camera.jpg", icc_profile=PROFILE, comment=b"a comment")
    _exiftool("-overwrite_original", "-Make=Brownie", "-Orientation#=6", "-GPSLatitude=1", "-Artist=Ada", photo)
    return photo


def _described_jpeg(folder: Path) -> Path:
    photo = _camera_jpeg(folder).rename(folder / "described.jpg")
    _exiftool(
        "-overwrite_original",
        "-XMP-dc:Description=old",
        "-XMP-dc:Description-de=alt",
        "-XMP-dc:Creator=Ada",
        "-XMP-xmp:Rating=4",
        "-XMP-iptcCore:AltTextAccessibility=older",
        photo,
    )
    return photo


def _broken_xmp_jpeg(folder: Path) -> Path:
    return _save(folder / "broken.jpg", xmp=b"<x:xmpmeta>never closed")


def _plain_png(folder: Path) -> Path:
    return _save(folder / "plain.png", mode="RGBA")


def _described_png(folder: Path) -> Path:
    photo = _save(folder / "described.png", mode="P")
    _exiftool("-overwrite_original", "-z", "-XMP-dc:Description=old", "-XMP-dc:Creator=Ada", photo)
    return photo


def _lossy_webp(folder: Path) -> Path:
    return _save(folder / "lossy.webp", quality=80)


def _lossless_webp(folder: Path) -> Path:
    return _save(folder / "lossless.webp", mode="RGBA", lossless=True, exact=True)


def _extended_webp(folder: Path) -> Path:
    photo = _save(folder / "extended.webp", icc_profile=PROFILE)
    _exiftool("-overwrite_original", "-Make=Brownie", "-XMP-dc:Creator=Ada", photo)
    return photo


@pytest.mark.parametrize(
    "make",
    [
        _plain_jpeg,
        _camera_jpeg,
        _described_jpeg,
        _broken_xmp_jpeg,
        _plain_png,
        _described_png,
        _lossy_webp,
        _lossless_webp,
        _extended_webp,
    ],
)
def test_the_file_carries_the_caption_and_is_otherwise_the_same(page: Page, tmp_path: Path, make: Any) -> None:
    original = make(tmp_path)
    captioned = tmp_path / f"captioned-{original.name}"
    _download(page, original, captioned)

    before, after = _tags(original), _tags(captioned)
    assert after["XMP-dc:Description"] == WORDS
    assert after["XMP-iptcCore:AltTextAccessibility"] == WORDS
    assert "ExifTool:Warning" not in after
    assert _kept(before).items() <= _kept(after).items()
    assert _pixels(captioned) == _pixels(original)


def _download(page: Page, photo: Path, to: Path) -> None:
    """Chosen, captioned, described by hand, downloaded."""
    choose(page, photo)
    shown = card(page, photo.name)
    expect(headline(shown)).to_have_text(SENTENCE)
    edit(shown, WORDS)
    expect(headline(shown)).to_have_text(" ".join(WORDS.split()))
    with page.expect_download() as download:
        choose_from_more(shown, "Download with caption")
    assert download.value.suggested_filename == photo.name
    download.value.save_as(to)


def _kept(tags: dict[str, Any]) -> dict[str, Any]:
    """All that is said of the photo and was there before: its own metadata, its other descriptions."""
    ours = ("XMP-dc:Description", "XMP-iptcCore:AltTextAccessibility")
    unlike = ("SourceFile", "System:", "ExifTool:", "XMP-x:XMPToolkit", "RIFF:WebP_Flags", "File:FileType")
    return {name: value for name, value in tags.items() if name not in ours and not name.startswith(unlike)}


def _pixels(photo: Path) -> tuple[str, bytes]:
    with Image.open(photo) as image:
        return image.mode, image.tobytes()


def test_other_languages_of_a_description_stay(page: Page, tmp_path: Path) -> None:
    photo = _described_jpeg(tmp_path).rename(tmp_path / "languages.jpg")
    _exiftool("-overwrite_original", "-Software=Paint", photo)  # a file of its own
    _download(page, photo, tmp_path / "captioned.jpg")
    assert _exiftool("-s3", "-XMP-dc:Description-de", tmp_path / "captioned.jpg").strip() == "alt"
    assert _exiftool("-s3", "-XMP-dc:Creator", tmp_path / "captioned.jpg").strip() == "Ada"


def test_the_old_description_in_the_captions_own_language_is_replaced(page: Page, tmp_path: Path) -> None:
    photo = _plain_jpeg(tmp_path).rename(tmp_path / "english.jpg")
    _exiftool("-overwrite_original", "-XMP-dc:Description=old", "-XMP-dc:Description-en-GB=old", photo)
    _download(page, photo, tmp_path / "captioned.jpg")
    assert _exiftool("-s3", "-XMP-dc:Description-en-GB", tmp_path / "captioned.jpg").strip() == WORDS


def test_outside_the_metadata_a_jpeg_stays_the_same_byte_for_byte(page: Page, tmp_path: Path) -> None:
    photo = _save(tmp_path / "bytes.jpg", comment=b"a file of its own")
    _download(page, photo, tmp_path / "captioned.jpg")
    _exiftool("-overwrite_original", "-XMP:all=", tmp_path / "captioned.jpg")
    assert (tmp_path / "captioned.jpg").read_bytes() == photo.read_bytes()


def test_metadata_that_fills_its_segment_is_left_alone(page: Page, tmp_path: Path) -> None:
    full = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><!--{"x" * 65_000}--></rdf:RDF>'
    photo = _save(tmp_path / "full.jpg", xmp=full.encode())
    choose(page, photo)
    expect(headline(card(page, "full.jpg"))).to_have_text(SENTENCE)
    choose_from_more(card(page, "full.jpg"), "Download with caption")
    expect(page.get_by_text("The caption does not fit into this file.")).to_be_visible()


def test_other_formats_are_not_offered_a_download(page: Page) -> None:
    file = io.BytesIO()
    Image.open(DOG).save(file, "GIF")
    choose(page, {"name": "dog.gif", "mimeType": "image/gif", "buffer": file.getvalue()})
    expect(headline(card(page, "dog.gif"))).to_have_text(SENTENCE)
    card(page, "dog.gif").get_by_text("More", exact=True).click()
    expect(card(page, "dog.gif").get_by_role("button", name="Download with caption")).to_be_hidden()


def test_tags_go_into_the_file(page: Page, tmp_path: Path) -> None:
    photo = _plain_jpeg(tmp_path).rename(tmp_path / "tagged.jpg")
    _exiftool("-overwrite_original", "-XMP-dc:Subject=Rex", photo)
    _download(page, photo, tmp_path / "captioned.jpg")
    shown = card(page, "tagged.jpg").locator(".tag").all_inner_texts()
    assert len(shown) > 0
    assert _tags(tmp_path / "captioned.jpg")["XMP-dc:Subject"] == ["Rex", *shown]


def test_metadata_that_could_be_lost_is_left_alone(page: Page, tmp_path: Path) -> None:
    crossed = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a><b>(c) Ada</a></b></rdf:RDF>'
    photo = _save(tmp_path / "crossed.jpg", xmp=crossed.encode())
    choose(page, photo)
    expect(headline(card(page, "crossed.jpg"))).to_have_text(SENTENCE)
    choose_from_more(card(page, "crossed.jpg"), "Download with caption")
    expect(page.get_by_text("What this file says of itself is damaged and could be lost.")).to_be_visible()
