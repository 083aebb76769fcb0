"""Images that are no photos, drawn by code, for the model to learn what it cannot describe.

A kind is a function from a random generator to an RGB image; `draw` picks size, kind and what happens to an
image on its way to us (JPEG, blur, noise, a thumbnail's rescaling), all from one seed.
"""

from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training.nonphotos.scenes import drawing
from training.nonphotos.strokes import (
    Colour,
    Random,
    Size,
    any_colour,
    box_in,
    canvas,
    font,
    ink_colour,
    noisy,
    paper_colour,
    points_in,
    prose,
    shape,
    to_image,
    write_lines,
)


def draw(seed: int, kinds: Sequence[str] | None = None) -> tuple[str, bytes]:
    """One image, encoded as JPEG or PNG, and its kind; the same for the same seed and kinds."""
    random = np.random.default_rng(seed)
    kind = str(random.choice(sorted(kinds or KINDS)))
    width, height = (int(side) for side in np.exp(random.uniform(np.log(90), np.log(900), 2)))
    image = KINDS[kind](random, (max(width, height // 3), max(height, width // 3)))
    return kind, _sent(random, image)


def _sent(random: Random, image: Image.Image) -> bytes:
    """The image as somebody's upload: sometimes softened, noisy or rescaled, as JPEG or PNG."""
    if random.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 2)))
    if random.random() < 0.2:
        image = noisy(random, image, random.uniform(1, 12))
    if random.random() < 0.2:
        image = image.resize([max(64, int(side * random.uniform(0.4, 2))) for side in image.size])
    file = BytesIO()
    if random.random() < 0.5:
        image.save(file, "JPEG", quality=int(random.integers(30, 96)))
    else:
        image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def plain(random: Random, size: Size) -> Image.Image:
    """One colour, perhaps with a frame or a bar of another."""
    image, pen = canvas(random, size, any_colour(random))
    for _ in range(int(random.integers(0, 3))):
        pen.rectangle(box_in(random, size, 0.1, 1.0), fill=any_colour(random) if random.random() < 0.5 else None)
    return noisy(random, image, random.uniform(0.5, 6)) if random.random() < 0.4 else image


def noise(random: Random, size: Size) -> Image.Image:
    """Noise of any grain: white, blocky, cloudy, sparse, grey or coloured."""
    channels = int(random.choice([1, 3]))
    width, height = size
    total = np.zeros((height, width, channels))
    for _ in range(int(random.integers(1, 5))):
        grain = int(np.exp(random.uniform(0, np.log(max(2, min(size) / 4)))))
        small = random.random((height // grain + 2, width // grain + 2, channels)) ** random.uniform(0.5, 3)
        resample = random.choice([Image.Resampling.NEAREST, Image.Resampling.BICUBIC])
        layers = [
            Image.fromarray(small[:, :, c].astype(np.float32)).resize(size, Image.Resampling(int(resample)))
            for c in range(channels)
        ]
        total += (
            np.stack([np.asarray(layer) for layer in layers], -1)
            * random.uniform(0.2, 1)
            * grain ** random.uniform(0, 0.7)
        )
    total = (total - total.mean()) / (total.std() + 1e-6)
    if random.random() < 0.2:  # sparse: salt and pepper
        total = np.where(np.abs(total) > random.uniform(1, 2.5), np.sign(total) * 9, 0)
    tint = np.array(any_colour(random)) if random.random() < 0.5 else np.full(3, 128)
    return to_image(tint + total * random.uniform(8, 80) * (random.random(3) if random.random() < 0.5 else np.ones(3)))


def gradient(random: Random, size: Size) -> Image.Image:
    """Colours running into each other: straight, round or turning, of two to five stops."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    cx, cy = random.uniform(-1, 1, 2)
    angle = random.uniform(0, 2 * np.pi)
    ways = [
        x * np.cos(angle) + y * np.sin(angle),
        np.hypot(x - cx, y - cy),
        np.arctan2(y - cy, x - cx),
        x * y + np.sin(x * random.uniform(1, 4) + angle),
    ]
    way = ways[int(random.integers(len(ways)))]
    way = (way - way.min()) / (np.ptp(way) or 1)
    stops = np.linspace(0, 1, int(random.integers(2, 6)))
    colours = np.array([any_colour(random) for _ in stops])
    pixels = np.stack([np.interp(way, stops, colours[:, c]) for c in range(3)], -1)
    return to_image(pixels + random.normal(0, random.choice([0, 0, 1, 3]), pixels.shape))


def page(random: Random, size: Size) -> Image.Image:
    """Text in columns, as in an article, a chat, a listing of code."""
    paper = paper_colour(random)
    image, pen = canvas(random, size, paper)
    ink = ink_colour(random, paper)
    columns = int(random.integers(1, 4))
    margin = int(size[0] * random.uniform(0.02, 0.12))
    width = (size[0] - margin) // columns
    for column in range(columns):
        left = margin + column * width
        bottom = int(size[1] * random.uniform(0.3, 1))
        write_lines(random, pen, (left, margin, left + width - margin, bottom), ink)
    return image


def window(random: Random, size: Size) -> Image.Image:
    """A screen: bars, panels, buttons, fields and text."""
    paper = paper_colour(random)
    image, pen = canvas(random, size, paper)
    ink, accent = ink_colour(random, paper), any_colour(random)
    bar = max(12, int(size[1] * random.uniform(0.04, 0.12)))
    pen.rectangle((0, 0, size[0], bar), fill=accent)
    pen.text((bar, bar // 5), prose(random, 3), fill=ink_colour(random, accent), font=font(bar * 0.5))
    side = int(size[0] * random.uniform(0, 0.35))
    pen.rectangle((0, bar, side, size[1]), fill=paper_colour(random))
    write_lines(random, pen, (4, bar + 6, max(10, side), size[1]), ink)
    write_lines(random, pen, (side + 8, bar + 8, size[0] - 8, int(size[1] * random.uniform(0.3, 1))), ink)
    for _ in range(int(random.integers(0, 9))):
        box = box_in(random, size, 0.04, 0.3)
        pen.rounded_rectangle(box, int(random.integers(0, 12)), fill=any_colour(random), outline=any_colour(random))
        pen.text((box[0] + 4, box[1] + 2), prose(random, 2), fill=ink, font=font((box[3] - box[1]) * 0.4))
    return image


def chart(random: Random, size: Size) -> Image.Image:
    """Axes, grid and one to five series, as lines, bars, areas, dots or a pie."""
    paper = paper_colour(random)
    image, pen = canvas(random, size, paper)
    ink = ink_colour(random, paper)
    left, top = int(size[0] * random.uniform(0.05, 0.18)), int(size[1] * random.uniform(0.04, 0.18))
    right, bottom = int(size[0] * 0.95), int(size[1] * random.uniform(0.8, 0.93))
    if random.random() < 0.15:
        _pie(random, pen, size)
    else:
        _axes(random, pen, (left, top, right, bottom), ink)
        for _ in range(int(random.integers(1, 6))):
            _series(random, pen, (left, top, right, bottom))
    if random.random() < 0.7:
        pen.text((left, 2), prose(random, 4), fill=ink, font=font(size[1] * 0.05))
    return image


def _axes(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ink: Colour) -> None:
    left, top, right, bottom = box
    pen.line((left, top, left, bottom, right, bottom), fill=ink, width=int(random.integers(1, 3)))
    ticks = int(random.integers(3, 9))
    grid = random.random() < 0.5
    for i in range(ticks):
        x, y = left + (right - left) * i // ticks, bottom - (bottom - top) * i // ticks
        pen.text((x, bottom + 3), str(random.integers(0, 2000)), fill=ink, font=font((bottom - top) * 0.04))
        pen.text((2, y - 6), str(random.integers(0, 100)), fill=ink, font=font((bottom - top) * 0.04))
        if grid:
            pen.line((left, y, right, y), fill=(190, 190, 190))
            pen.line((x, top, x, bottom), fill=(190, 190, 190))


def _series(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    count = int(random.integers(4, 80))
    walk = np.cumsum(random.normal(random.uniform(-0.3, 0.3), 1, count))
    heights = (walk - walk.min()) / (np.ptp(walk) or 1) * random.uniform(0.3, 1)
    xs = np.linspace(left, right, count).astype(int)
    ys = (bottom - heights * (bottom - top)).astype(int)
    colour, style = any_colour(random), random.choice(["line", "line", "dots", "bars", "area"])
    points = [(int(x), int(y)) for x, y in zip(xs, ys, strict=True)]
    if style == "line":
        pen.line(points, fill=colour, width=int(random.integers(1, 5)), joint="curve")
    elif style == "area":
        pen.polygon([(left, bottom), *points, (right, bottom)], fill=colour)
    for x, y in points if style in ("dots", "bars") else []:
        half = max(2, (right - left) // count // 3)
        pen.rectangle((x - half, y, x + half, bottom), fill=colour) if style == "bars" else pen.ellipse(
            (x - 3, y - 3, x + 3, y + 3), fill=colour
        )


def _pie(random: Random, pen: ImageDraw.ImageDraw, size: Size) -> None:
    ends = np.sort(random.uniform(0, 360, int(random.integers(3, 9))))
    side = min(size) // 3
    box = (size[0] // 2 - side, size[1] // 2 - side, size[0] // 2 + side, size[1] // 2 + side)
    for start, end in zip(ends, [*ends[1:], ends[0] + 360], strict=True):
        pen.pieslice(box, float(start), float(end), fill=any_colour(random), outline=(255, 255, 255))


def code(random: Random, size: Size) -> Image.Image:
    """Black and white modules: a matrix code with finder squares, a bar code, a chessboard."""
    dark, light = (any_colour(random), paper_colour(random)) if random.random() < 0.3 else ((0, 0, 0), (255, 255, 255))
    modules = int(random.integers(8, 60))
    grid = random.random((modules, modules)) < random.uniform(0.35, 0.65)
    shape = random.random()
    if shape < 0.2:
        grid = np.broadcast_to(grid[:1], grid.shape)
    elif shape < 0.35:
        grid = np.indices(grid.shape).sum(0) % 2 == 0
    elif modules > 20:
        finder = np.pad(np.pad(np.pad(np.ones((3, 3), bool), 1), 1, constant_values=True), (0, 1))
        grid[:8, :8], grid[:8, -8:], grid[-8:, :8] = finder, finder[:, ::-1], finder[::-1]
    grid = np.pad(grid, int(random.integers(0, 5)))
    pixels = np.where(grid[:, :, None], np.array(dark), np.array(light)).astype(np.uint8)
    side = min(size)
    image = Image.fromarray(pixels).resize((side, side), Image.Resampling.NEAREST)
    if random.random() < 0.3:
        canvas = Image.new("RGB", size, light)
        canvas.paste(image.resize((side // 2, side // 2)), (size[0] // 4, size[1] // 4))
        return canvas
    return image


def logo(random: Random, size: Size) -> Image.Image:
    """A few flat shapes and a word on a plain ground."""
    image, pen = canvas(random, size)
    for _ in range(int(random.integers(1, 5))):
        shape(random, pen, size, box_in(random, size, 0.2, 0.7))
    if random.random() < 0.7:
        letters = prose(random, 1)[: int(random.integers(1, 8))].upper()
        place = (int(size[0] * random.uniform(0.05, 0.5)), int(size[1] * random.uniform(0.1, 0.7)))
        pen.text(place, letters, fill=any_colour(random), font=font(min(size) * random.uniform(0.15, 0.6)))
    return image


def scan(random: Random, size: Size) -> Image.Image:
    """A sheet as a scanner or a phone sees it: paper grain, uneven light, skew, tables, stamps, a signature."""
    size = (min(size), int(min(size) * random.uniform(1.1, 1.5)))
    base = int(random.integers(205, 256))
    paper = (base, base - int(random.integers(0, 12)), base - int(random.integers(0, 35)))
    image, pen = canvas(random, size, paper)
    ink = (int(random.integers(0, 90)),) * 3
    margin = size[0] // 10
    write_lines(random, pen, (margin, margin, size[0] - margin, size[1] - margin), ink)
    if random.random() < 0.5:
        _table(random, pen, box_in(random, size, 0.3, 0.8), ink)
    if random.random() < 0.4:
        pen.ellipse(box_in(random, size, 0.15, 0.3), outline=any_colour(random), width=3)
        pen.line(points_in(random, (size[0], size[1] // 4), 9), fill=(30, 30, 120), width=2, joint="curve")
    image = image.rotate(random.uniform(-6, 6), Image.Resampling.BICUBIC, fillcolor=paper_colour(random))
    light = np.linspace(random.uniform(0.75, 1), random.uniform(0.85, 1), image.height)[:, None, None]
    pixels = np.asarray(image) * light + random.normal(0, random.uniform(0, 9), (image.height, image.width, 1))
    return to_image(pixels if random.random() < 0.7 else pixels.mean(-1))


def _table(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ink: Colour) -> None:
    rows, columns = (int(n) for n in random.integers(2, 10, 2))
    for i in range(rows + 1):
        y = box[1] + (box[3] - box[1]) * i // rows
        pen.line((box[0], y, box[2], y), fill=ink)
    for i in range(columns + 1):
        x = box[0] + (box[2] - box[0]) * i // columns
        pen.line((x, box[1], x, box[3]), fill=ink)


def pattern(random: Random, size: Size) -> Image.Image:
    """Waves, stripes and tiles that repeat."""
    x, y = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    wave = np.zeros_like(x)
    for _ in range(int(random.integers(1, 5))):
        fx, fy = random.normal(0, 20, 2)
        wave += np.sin(2 * np.pi * (fx * x + fy * y) + random.uniform(0, 6) * np.hypot(x - 0.5, y - 0.5))
    if random.random() < 0.5:
        wave = np.sign(wave)
    low, high = np.array(any_colour(random)), np.array(any_colour(random))
    return to_image(low + (wave[:, :, None] / (np.abs(wave).max() or 1) + 1) / 2 * (high - low))


Kind = Callable[[Random, Size], Image.Image]
KINDS: dict[str, Kind] = {
    kind.__name__: kind for kind in (plain, noise, gradient, page, window, chart, code, logo, scan, drawing, pattern)
}
