"""Only EXIF turns a photo; HEIC and AVIF have boxes to do so, and EXIF counts where they are missing."""

import struct

import pytest

from function.images import read
from tests.drawing import STORED, encode, png_chunk, png_with
from tests.unit.images.samples import SCENE, SMALL_FILES, patched, shows

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
PLACEHOLDER = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0107, 3, 1, 0, 0, 0)


def with_exif_only(format: str, orientation: int, stored: int) -> bytes:
    """A HEIC or AVIF whose encoder was told nothing of the orientation that its EXIF has, in place of another tag."""
    image = SCENE.transpose(STORED[stored]) if stored > 1 else SCENE
    data = encode(image, format, exif=PLACEHOLDER, quality=90)
    at = data.index(PLACEHOLDER)
    return patched(data, at + 10, "<HHIH", 0x0112, 3, 1, orientation)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_xmp_does_not_turn_a_photo(format: str) -> None:
    hidden = XMP.replace(b"Orientation", b"0rientation")  # encoders look for it, too
    if format == "PNG":
        data = png_with(SMALL_FILES["PNG"], png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP))
    else:
        data = encode(SCENE, format, **({"tiffinfo": {700: hidden}} if format == "TIFF" else {"xmp": hidden}))
        data = data.replace(hidden, XMP)
    photo = read.read(data)
    assert XMP in data
    assert (photo.width, photo.height) == (96, 64)
    shows(data, tolerance=6)


def test_exif_behind_the_pixels_of_a_png_turns_it() -> None:
    exif = png_chunk(b"eXIf", b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0))
    data = encode(SCENE.transpose(STORED[6]), "PNG")
    shows(data[:-12] + exif + data[-12:])


def test_the_still_picture_of_a_sequence_is_read() -> None:
    """Not its track, whose name is all that is changed: with a size of 32 bits here."""
    data = encode(SCENE, "AVIF", save_all=True, append_images=[SCENE.rotate(180)], quality=90)
    assert b"moov" in data
    assert data[8:12] == b"avis"
    shows(data)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["AVIF", "HEIF"])
def test_exif_turns_a_heic_or_avif_that_has_no_box_to_do_so(format: str, orientation: int) -> None:
    data = with_exif_only(format, orientation, stored=orientation)
    assert b"irot" not in data
    assert b"imir" not in data
    photo = read.read(data)
    assert (photo.width, photo.height) == (96, 64)
    shows(data)


@pytest.mark.parametrize("format", ["AVIF", "HEIF"])
@pytest.mark.parametrize("turned", [3, 6, 7])
def test_a_box_that_turns_a_heic_or_avif_is_believed_and_not_its_exif_as_well(format: str, turned: int) -> None:
    exif = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHHHIHHI", 2, 0x0107, 3, 1, 0, 0, 0x0112, 3, 1, turned, 0, 0)
    data = encode(SCENE.transpose(STORED[turned]), format, exif=exif, quality=90)
    for order in "<>":
        told, tells = (struct.pack(order + "HHI", tag, 3, 1) for tag in (0x0107, 0x0112))
        value = struct.pack(order + "HH", 0, 0), struct.pack(order + "HH", 6, 0)
        data = data.replace(told + value[0], tells + value[1])
    assert any(struct.pack(order + "HHIHH", 0x0112, 3, 1, 6, 0) in data for order in "<>")
    assert b"irot" in data or b"imir" in data
    photo = read.read(data)
    assert (photo.width, photo.height) == (96, 64)
    shows(data)


@pytest.mark.parametrize("format", ["AVIF", "HEIF"])
def test_damaged_exif_costs_no_heic_or_avif_its_caption(format: str) -> None:
    data = encode(SCENE, format, exif=PLACEHOLDER, quality=90)
    shows(patched(data, data.index(PLACEHOLDER), "<III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF))
