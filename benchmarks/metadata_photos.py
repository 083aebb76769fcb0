"""Photos with metadata of every kind: one picture in each container, exiftool's or hand-written metadata in each.

exiftool writes what programs write; what no sound program writes (packets twice, old encodings, lengths that lie) is
put together here.
"""

import io
import struct
import subprocess
import zlib
from collections.abc import Container, Iterator
from pathlib import Path

from PIL import Image, ImageCms

from benchmarks.metadata_packets import PACKETS
from benchmarks.worst_images import encode, noise

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LONG = "A long description, " * 60

# Arguments of exiftool.
WRITTEN: dict[str, list[str]] = {
    "exif": ["-Make=Brownie", "-Orientation#=6", "-GPSLatitude=1", "-GPSLatitudeRef=N", "-Artist=Ada"],
    "exif-little": ["-ExifByteOrder=II", "-ImageDescription=OLYMPUS DIGITAL CAMERA         ", "-Make=O", "-ISO=100"],
    "exif-big": ["-ExifByteOrder=MM", "-ImageDescription=abc", "-Copyright=Ada", "-UserComment=a comment"],
    "exif-long": [f"-ImageDescription={LONG}", "-Software=S", "-XPKeywords=cat;dog", "-XPComment=windows"],
    "exif-thumbnail": ["-ThumbnailImage<=thumbnail.jpg", "-ImageDescription=old", "-Make=Thumb"],
    "iptc": ["-IPTC:Caption-Abstract=old", "-IPTC:Keywords=cat", "-IPTC:Keywords=DOG", "-IPTC:By-line=Zoë"],
    "iptc-utf8": ["-CodedCharacterSet=UTF8", "-IPTC:Caption-Abstract=alt – é", "-IPTC:City=Malmö", "-IPTC:Headline=H"],
    "iptc-digest": ["-IPTC:Caption-Abstract=old", "-IPTCDigest=new", "-XMP-dc:Description=old"],
    "iptc-stale-digest": ["-IPTC:Caption-Abstract=old", "-IPTC:City=Oslo", "-IPTCDigest=" + "0" * 32],
    "iptc-keywords-only": ["-IPTC:Keywords=cat", "-IPTC:Keywords=garden", "-IPTC:CopyrightNotice=Ada"],
    "iptc-preview": ["-IPTC:ObjectPreviewData<=thumbnail.jpg", "-IPTC:Caption-Abstract=old", "-IPTC:By-line=Zoë"],
    "photoshop": ["-Photoshop:XResolution=300", "-Photoshop:URL=https://example.org", "-IPTC:Caption-Abstract=old"],
    "xmp": ["-XMP-dc:Creator=Ada", "-XMP-xmp:Rating=4", "-XMP-dc:Rights=(c) Ada", "-XMP-photoshop:City=Oslo"],
    "xmp-languages": ["-XMP-dc:Description=old", "-XMP-dc:Description-de=alt", "-XMP-dc:Description-en-GB=old"],
    "xmp-subject": ["-XMP-dc:Subject=cat", "-XMP-dc:Subject=Dog", "-XMP-lr:HierarchicalSubject=animals|cat"],
    "xmp-regions": [
        "-RegionInfo={AppliedToDimensions={W=96,H=64,Unit=pixel},RegionList=[{Area={X=0.5,Y=0.5,W=0.1,H=0.1},"
        "Name=Ada,Description=not the photo's}]}",
        "-XMP-iptcExt:PersonInImageWDetails={PersonName=Ada,PersonDescription=hers}",
    ],
    "xmp-history": ["-XMP-xmpMM:History={Action=saved,SoftwareAgent=P}", "-XMP-tiff:ImageDescription=old"],
    "mwg": ["-MWG:Description=old", "-MWG:Keywords=cat", "-MWG:Copyright=(c) Ada", "-MWG:Creator=Ada"],
    "comment": ["-Comment=a comment", "-ICC_Profile<=profile.icc"],
    "all": ["-Make=B", "-XMP-dc:Title=T", "-IPTC:City=Oslo", "-Comment=c", "-ImageDescription=old", "-XMP-dc:Format=F"],
}
_PNG_TEXTS = ["-PNG:Description=old", "-PNG:Author=Zoë", "-PNG:Title=T", "-PNG:Copyright=(c) Ada"]


def make_photos(folder: Path, pictures: Container[str] | None = None) -> None:
    """Write them into the folder: for each of the named pictures, or for all."""
    bases = {name: content for name, content in _bases() if pictures is None or name in pictures}
    helpers = {"thumbnail.jpg": encode(noise(4, 4, "RGB"), "JPEG"), "profile.icc": PROFILE}
    for name, content in {**bases, **helpers}.items():
        (folder / name).write_bytes(content)
    pngs = [base for base in bases if base.endswith(".png")]
    written = [(name, base, arguments) for name, arguments in WRITTEN.items() for base in bases]
    written += [("texts", base, _PNG_TEXTS) for base in pngs]
    written += [("packed", base, ["-z", *WRITTEN["xmp-languages"]]) for base in pngs]
    _exiftool(folder, written)
    for name, packet in PACKETS.items():
        (folder / f"packet-{name}.jpg").write_bytes(jpeg_with(bases["baseline.jpg"], packet))
        (folder / f"packet-{name}.png").write_bytes(png_with(bases["rgb.png"], packet))
        (folder / f"packet-{name}.webp").write_bytes(webp_with(bases["lossy.webp"], packet))
    for name, odd in _oddities(folder, bases):
        (folder / name).write_bytes(odd)
    for helper in helpers:
        (folder / helper).unlink()


def _bases() -> Iterator[tuple[str, bytes]]:
    photo = noise(12, 8, "RGB").resize((96, 64))
    yield "baseline.jpg", encode(photo, "JPEG")
    yield "progressive.jpg", encode(photo, "JPEG", progressive=True)
    yield "icc.jpg", encode(photo, "JPEG", icc_profile=PROFILE)
    for mode in ("L", "CMYK"):
        yield f"{mode.lower()}.jpg", encode(photo.convert(mode), "JPEG")
    for mode in ("RGB", "RGBA", "P", "L", "1"):
        yield f"{mode.lower()}.png", encode(photo.convert(mode), "PNG")
    yield "animated.png", encode(photo, "PNG", save_all=True, append_images=[photo.rotate(90)])
    yield "lossy.webp", encode(photo, "WEBP")
    yield "lossless.webp", encode(photo.convert("RGBA"), "WEBP", lossless=True, exact=True)
    yield "icc.webp", encode(photo, "WEBP", icc_profile=PROFILE)
    yield "animated.webp", encode(photo, "WEBP", save_all=True, append_images=[photo.rotate(90)])


def _exiftool(folder: Path, written: list[tuple[str, str, list[str]]]) -> None:
    """Name, picture and arguments of each. Some pictures cannot hold some of it; then there is no such photo."""
    lines = [[*arguments, "-q", "-m", "-o", f"{name}-{base}", base, "-execute"] for name, base, arguments in written]
    (folder / "arguments").write_text("\n".join(line for photo in lines for line in photo), encoding="utf-8")
    subprocess.run(["exiftool", "-@", "arguments"], cwd=folder, capture_output=True, check=False)
    (folder / "arguments").unlink()


def _oddities(folder: Path, bases: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    xmp, other = PACKETS["plain"], PACKETS["attributes"]
    jpeg, png, webp = bases["baseline.jpg"], bases["rgb.png"], bases["lossy.webp"]
    behind = b"8BIM\x04\x04\0\0\0\0\0\x05\x1c\x02\x78\0\0\0"
    yield "two-packets.jpg", jpeg_with(jpeg_with(jpeg, xmp), other)
    yield "two-packets.png", png_with(png_with(png, xmp), other)
    yield "two-packets.webp", webp_with(webp_with(webp, xmp), other)
    yield "behind.jpg", jpeg_with(jpeg, xmp) + behind
    yield "behind.png", png_with(png, xmp) + behind + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + other)
    yield "behind.webp", webp_with(webp, xmp) + behind
    yield "behind-simple.webp", webp + b"XMP " + struct.pack("<I", len(other)) + other
    yield "raw-profile.png", png_with(png, raw_profile("xmp", xmp), b"Raw profile type xmp\0", b"tEXt")
    exif = (folder / "exif-big-baseline.jpg").read_bytes()
    start = exif.index(b"Exif\0\0")
    tiff = exif[start + 6 : start - 2 + int.from_bytes(exif[start - 2 : start], "big")]
    packed = b"\0" + zlib.compress(raw_profile("exif", b"Exif\0\0" + tiff))
    yield "raw-exif.png", png_with(png, packed, b"Raw profile type exif\0", b"zTXt")
    yield "exif-prefix.webp", webp_with(webp, b"Exif\0\0" + tiff, b"EXIF", 8)
    yield "fill-bytes.jpg", jpeg[:2] + b"\xff\xff" + jpeg_with(jpeg, xmp)[2:]
    yield "pictures.mpo", encode(noise(12, 8, "RGB"), "MPO", save_all=True, append_images=[noise(6, 4, "RGB")])
    yield "extended.jpg", extended(jpeg)


def jpeg_with(jpeg: bytes, packet: bytes) -> bytes:
    """The JPEG with an XMP segment behind its first segment."""
    end = 4 + int.from_bytes(jpeg[4:6], "big")
    content = b"http://ns.adobe.com/xap/1.0/\0" + packet
    return jpeg[:end] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + jpeg[end:]


def extended(jpeg: bytes) -> bytes:
    """The JPEG with an XMP packet in which exiftool put what is too long for a segment into an extension."""
    words = ["-XMP-dc:Creator=Ada", "-XMP-photoshop:DocumentAncestors=" + "x" * 70_000, "-XMP-dc:Description=old"]
    done = subprocess.run(["exiftool", "-q", "-m", *words, "-o", "-", "-"], input=jpeg, capture_output=True, check=True)
    return done.stdout


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_with(png: bytes, text: bytes, head: bytes = b"XML:com.adobe.xmp\0\0\0\0\0", kind: bytes = b"iTXt") -> bytes:
    """The PNG with a text chunk behind IHDR."""
    return png[:33] + png_chunk(kind, head + text) + png[33:]


def raw_profile(name: str, content: bytes) -> bytes:
    """As ImageMagick writes it."""
    digits = content.hex()
    lines = [digits[start : start + 72] for start in range(0, len(digits), 72)]
    return f"\n{name}\n{len(content):8}\n{chr(10).join(lines)}\n".encode()


def webp_with(webp: bytes, content: bytes, kind: bytes = b"XMP ", flag: int = 4) -> bytes:
    """The WebP, made an extended one, with a chunk at its end."""
    chunk = kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    body = webp[12:]
    if not body.startswith(b"VP8X"):
        with Image.open(io.BytesIO(webp)) as image:
            width, height = image.size
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = b"VP8X" + struct.pack("<II", 10, 0) + sides + body
    body = body[:8] + bytes([body[8] | flag]) + body[9:]
    return b"RIFF" + struct.pack("<I", 4 + len(body) + len(chunk)) + b"WEBP" + body + chunk
