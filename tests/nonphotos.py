"""Two hundred images that are no photos, drawn here and not by what the model was fitted on (training/nonphotos.py).

Every kind varies in size, colours and content with its seed, and is sent as a JPEG or a PNG.
"""

import colorsys
import math
import random
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.drawing import encode

PROSE = """
Every receipt, invoice and timetable on this sheet was typed by nobody in particular. Total due within thirty days.
Platform seven, change at the junction; the last tram leaves at 23:58. Mix flour, butter and sugar until crumbly. Error:
connection refused (os error 111). def area(radius): return 3.14159 * radius ** 2  # circle. Dear Sir or Madam, with
reference to your letter of the ninth, we regret that the parcel was returned to the sender unopened.
""".split()  # noqa: SIM905


Colour = str | tuple[int, int, int]


def all_of_them() -> Iterator[tuple[str, bytes]]:
    """(name, encoded image) of 200 images, 20 of each of ten kinds."""
    for kind in KINDS:
        for seed in range(20):
            dice = random.Random(f"{kind.__name__} {seed}")
            size = (dice.randint(120, 1280), dice.randint(120, 1024))
            picture = kind(dice, size).convert("RGB")
            form = encode(picture, "PNG") if seed % 2 else encode(picture, "JPEG", quality=dice.randint(40, 95))
            yield f"{kind.__name__} {seed}", form


def hue(dice: random.Random, light: tuple[float, float] = (0.1, 0.9)) -> tuple[int, int, int]:
    r, g, b = colorsys.hls_to_rgb(dice.random(), dice.uniform(*light), dice.random())
    return round(255 * r), round(255 * g), round(255 * b)


def prose(dice: random.Random, words: int) -> str:
    start = dice.randrange(len(PROSE))
    return " ".join(PROSE[(start + i) % len(PROSE)] for i in range(words))


def blank(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    papers: list[Colour] = ["white", "black", hue(dice), hue(dice), (128, 128, 128)]
    return Image.new("RGB", size, dice.choice(papers))


def static(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """Television snow, fine or in squares, sometimes blurred into clouds."""
    values = np.random.default_rng(dice.randrange(2**32))
    grain = dice.choice([1, 1, 2, 4, 8])
    shape = (size[1] // grain + 1, size[0] // grain + 1, 3)
    drawn = (
        values.normal(dice.uniform(60, 190), dice.uniform(15, 80), shape)
        if dice.random() < 0.5
        else (values.integers(0, 256, shape))
    )
    if dice.random() < 0.5:
        drawn = drawn[:, :, :1].repeat(3, axis=2)
    image = Image.fromarray(np.clip(drawn, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    return image.filter(ImageFilter.BoxBlur(dice.choice([0, 0, 1, 3])))


def fade(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """One colour into another, across, from the middle, or from four corners."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata([hue(dice), hue(dice), hue(dice), hue(dice)])
    ways: list[Callable[[], Image.Image]] = [
        lambda: corners.resize(size, Image.Resampling.BILINEAR),
        lambda: Image.composite(
            blank(dice, size), Image.new("RGB", size, hue(dice)), Image.linear_gradient("L").resize(size)
        ),
        lambda: Image.composite(
            blank(dice, size), Image.new("RGB", size, hue(dice)), Image.radial_gradient("L").resize(size)
        ),
    ]
    return dice.choice(ways)()


def screenshot(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """An editor, a message or a web page: nothing but text and frames."""
    dark = dice.random() < 0.4
    image = Image.new("RGB", size, hue(dice, (0.02, 0.12)) if dark else hue(dice, (0.92, 1.0)))
    pen = ImageDraw.Draw(image)
    ink = hue(dice, (0.75, 1.0)) if dark else hue(dice, (0.0, 0.25))
    points = dice.uniform(9, 26)
    font = ImageFont.load_default(points)
    pen.rectangle((0, 0, size[0], int(points * 2)), fill=hue(dice))
    y = points * 2.6
    while y < size[1] * dice.uniform(0.6, 1.2):
        indent = dice.choice([0, 0, 0, 20, 40]) + 8
        pen.text((indent, y), prose(dice, max(1, int(size[0] / points / 3.2))), fill=ink, font=font)
        y += points * dice.choice([1.4, 1.4, 1.4, 2.6])
    return image


def line_chart(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, dice.choice(["white", "white", "#f4f4f4", "#202830"]))
    pen = ImageDraw.Draw(image)
    width, height = size
    frame = (width * 0.12, height * 0.1, width * 0.94, height * 0.86)
    for step in range(6):
        y = frame[1] + (frame[3] - frame[1]) * step / 5
        pen.line((frame[0], y, frame[2], y), fill="#bbbbbb")
        pen.text((2, y - 6), f"{100 - 20 * step}%", fill="#777777", font=ImageFont.load_default(max(8, height / 40)))
    for _ in range(dice.randint(1, 4)):
        period, phase, rise = dice.uniform(0.5, 6), dice.random() * 6, dice.uniform(-0.4, 0.4)
        points = []
        for i in range(101):
            wave = 0.5 + 0.3 * math.sin(period * i / 16 + phase) + rise * (i / 100 - 0.5) + dice.gauss(0, 0.02)
            points.append((frame[0] + (frame[2] - frame[0]) * i / 100, frame[3] - (frame[3] - frame[1]) * wave))
        pen.line(points, fill=hue(dice, (0.3, 0.6)), width=dice.randint(1, 4))
    pen.rectangle(frame, outline="#888888")
    return image


def qr_code(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    file = BytesIO()
    made = segno.make(prose(dice, dice.randint(1, 40)), error=dice.choice("LMQH"), micro=False)
    colours = {"dark": hue(dice, (0.0, 0.3)), "light": "white"} if dice.random() < 0.3 else {}
    made.save(file, kind="png", scale=dice.randint(3, 12), border=dice.randint(0, 6), **colours)
    return Image.open(file)


def logo(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """A badge: a shape in a shape, and two or three letters."""
    papers: list[Colour] = ["white", "white", "black", hue(dice)]
    image = Image.new("RGB", size, dice.choice(papers))
    pen = ImageDraw.Draw(image)
    x, y, r = size[0] / 2, size[1] / 2, min(size) * dice.uniform(0.2, 0.48)
    for radius, colour in ((r, hue(dice)), (r * dice.uniform(0.6, 0.9), hue(dice))):
        if dice.random() < 0.5:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        else:
            pen.regular_polygon((x, y, radius), dice.choice([3, 4, 6, 8]), dice.randrange(90), fill=colour)
    letters = "".join(dice.choices("ABCDEFGHKLMNOPRSTUVWXYZ", k=dice.randint(1, 3)))
    pen.text((x, y), letters, fill=hue(dice), font=ImageFont.load_default(r), anchor="mm")
    return image


def scanned_letter(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """Typed paragraphs on yellowed or grey paper, a little turned, with the scanner's dust and shadow."""
    width = min(size)
    sheet = Image.new("L", (width, int(width * 1.414)), dice.randint(215, 250))
    pen = ImageDraw.Draw(sheet)
    font, y = ImageFont.load_default(width / 42), width * 0.1
    for _ in range(dice.randint(8, 45)):
        if dice.random() < 0.85:
            pen.text((width * 0.1, y), prose(dice, dice.randint(6, 11)), fill=dice.randint(10, 90), font=font)
        y += width / 30
    for _ in range(dice.randint(0, 60)):
        px, py = dice.randrange(sheet.width), dice.randrange(sheet.height)
        pen.point((px, py), fill=60)
    sheet = sheet.rotate(dice.uniform(-4, 4), Image.Resampling.BILINEAR, fillcolor=dice.randint(90, 255))
    sheet = sheet.filter(ImageFilter.GaussianBlur(dice.uniform(0, 1.2)))
    shaded = np.asarray(sheet, np.float32) * np.linspace(dice.uniform(0.8, 1), 1, sheet.width)
    tint = np.array([255, dice.randint(240, 255), dice.randint(205, 255)]) / 255
    return Image.fromarray((shaded[:, :, None] * tint).astype(np.uint8))


def cartoon(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """A face, a robot or a boat of flat shapes with black outlines."""
    image = Image.new("RGB", size, hue(dice, (0.4, 0.95)))
    pen = ImageDraw.Draw(image)
    width, height = size
    line = max(2, min(size) // 80)
    if dice.random() < 0.5:
        pen.rectangle((0, height * dice.uniform(0.6, 0.8), width, height), fill=hue(dice))
    for _ in range(dice.randint(1, 3)):
        x, y, r = dice.uniform(0.25, 0.75) * width, dice.uniform(0.3, 0.7) * height, dice.uniform(0.12, 0.3) * min(size)
        if dice.random() < 0.5:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=hue(dice), outline="black", width=line)
        else:
            pen.rounded_rectangle((x - r, y - r, x + r, y + r), r / 4, fill=hue(dice), outline="black", width=line)
        for side in (-1, 1):
            pen.ellipse((x + side * r / 2 - r / 8, y - r / 3, x + side * r / 2 + r / 8, y), fill="black")
            pen.line((x + side * r, y + r, x + side * r * 1.4, y + r * 1.9), fill="black", width=line)
        pen.arc((x - r / 2, y - r / 4, x + r / 2, y + r / 2), 20, 160, fill="black", width=line)
    return image


def floor_plan(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """A technical drawing: rooms, doors, measures. A kind that nothing in the model's training is like."""
    paper = dice.choice(["white", "#fdfbf4", "#10305a"])
    image = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(image)
    ink = "white" if paper == "#10305a" else "black"
    xs = sorted(dice.uniform(0.05, 0.95) * size[0] for _ in range(dice.randint(3, 6)))
    ys = sorted(dice.uniform(0.05, 0.95) * size[1] for _ in range(dice.randint(3, 6)))
    wall = max(1, min(size) // 120)
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            pen.rectangle((left, top, right, bottom), outline=ink, width=wall)
            pen.arc((left - 20, top - 20, left + 20, top + 20), 0, 90, fill=ink)
            pen.text(
                (left + 5, (top + bottom) / 2),
                f"{(right - left) / 40:.1f} m",
                fill=ink,
                font=ImageFont.load_default(12),
            )
    return image


KINDS = (blank, static, fade, screenshot, line_chart, qr_code, logo, scanned_letter, cartoon, floor_plan)
