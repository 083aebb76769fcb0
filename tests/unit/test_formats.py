"""The table of formats, and that a row is all a format needs."""

import io
import json
import re

import pytest
from PIL import Image

from function.app import App
from function.errors import CorruptImage, UnsupportedFormat
from function.images import formats, read
from function.images.formats import FORMATS, Format
from tests.contract.test_api import ask_flask, post
from tests.drawing import encode, scene

PPM = Format("PPM", "Pixmap", ("image/x-portable-pixmap", "image/x-ppm"), (".ppm",), rb"P6")


def test_no_media_type_and_no_suffix_stands_for_two_formats() -> None:
    for listed in (
        [type for row in FORMATS for type in row.content_types],
        [s for row in FORMATS for s in row.suffixes],
    ):
        assert len(listed) == len(set(listed))
        assert all(text == text.lower() for text in listed)


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.label)
def test_every_row_is_one_that_pillow_opens_and_knows_by_its_signature(row: Format) -> None:
    data = encode(scene(64, 64), row.pillow)
    assert Image.open(io.BytesIO(data), formats=[row.pillow]).format == row.pillow
    assert re.match(row.signature, data, re.DOTALL)


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.label)
def test_every_alias_in_any_case_and_with_parameters_means_the_first_type(row: Format) -> None:
    for content_type in row.content_types:
        for written in (content_type, content_type.upper(), f" {content_type} ; a=b"):
            assert formats.canonical(written) == row.content_types[0]


@pytest.mark.parametrize("content_type", ["", "image/", "image/svg+xml", "text/html", "image/jpegs", "jpeg", ";"])
def test_other_types_are_none_of_ours(content_type: str) -> None:
    assert formats.canonical(content_type) is None


def test_a_damaged_bmp_whose_reserved_bytes_are_used_is_still_a_bmp() -> None:
    data = bytearray(encode(scene(64, 64), "BMP"))
    data[6:10] = b"made"
    assert read.read(bytes(data)).format == "BMP"
    with pytest.raises(CorruptImage):
        read.read(bytes(data[:200]))


def test_a_format_is_a_row(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding, the upload form, health, the document and the messages follow the table."""
    photo = encode(scene(64, 64), "PPM")
    with pytest.raises(UnsupportedFormat):
        read.read(photo)
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, PPM))
    assert read.read(photo).format == "PIXMAP"
    with pytest.raises(CorruptImage):
        read.read(photo[:20])
    with pytest.raises(UnsupportedFormat, match="HEIC or Pixmap photo"):
        read.read(b"neither of them")
    status, _, form = ask_flask(app, *post({"content_type": "image/x-ppm", "size": len(photo)}))
    assert (status, form["upload"]["fields"]["Content-Type"]) == (201, "image/x-portable-pixmap")
    health = ask_flask(app, "GET", "/api/health", b"", {})[2]
    assert health["formats"][-1] == {"name": "Pixmap", "content_types": list(PPM.content_types), "suffixes": [".ppm"]}
    document = ask_flask(app, "GET", "/api/openapi.json", b"", {})[2]
    assert "image/x-portable-pixmap" in json.dumps(document)
