"""Images that are no photos, drawn by code, for the model to learn what it cannot describe.

A kind is a function from a random generator to an RGB image; `draw` picks size, kind and what happens to an
image on its way to us (JPEG, blur, noise, a thumbnail's rescaling), all from one seed.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Random = np.random.Generator
Colour = tuple[int, int, int]
Size = tuple[int, int]
WORDS = """the of and to in is that it was for on are with they be at one have this from by hot word but what some we
can out other were all there when up use your how said an each she which do their time if will way about many then them
write would like so these her long make thing see him two has look more day could go come did number sound no most
people my over know water than call first who may down side been now find""".split()  # noqa: SIM905


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


def noisy(random: Random, image: Image.Image, deviation: float) -> Image.Image:
    """Grain of a given deviation (of 255), grey or coloured."""
    pixels = np.asarray(image, np.float32)
    channels = int(random.choice([1, 3]))
    return _image(pixels + random.normal(0, deviation, (*pixels.shape[:2], channels)))


def _image(pixels: np.ndarray) -> Image.Image:
    """Float or integer pixels (h, w), (h, w, 1) or (h, w, 3), cut to 0..255, as RGB."""
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3))))


def _colour(random: Random) -> Colour:
    """Any colour; often a grey, black or white, as in things people make."""
    if random.random() < 0.35:
        return (int(random.choice([0, 20, 60, 128, 200, 240, 255, 255])),) * 3
    r, g, b = random.integers(0, 256, 3)
    return int(r), int(g), int(b)


def _paper(random: Random) -> Colour:
    """A background: mostly light, sometimes dark, sometimes coloured."""
    choice = random.random()
    if choice < 0.6:
        base = int(random.integers(225, 256))
        return base, base, max(0, base - int(random.integers(0, 20)))
    if choice < 0.8:
        return (int(random.integers(0, 50)),) * 3
    return _colour(random)


def _ink(random: Random, paper: Colour) -> Colour:
    """A colour that can be read on `paper`."""
    dark = sum(paper) > 380
    if random.random() < 0.6:
        return (int(random.integers(0, 70) if dark else random.integers(180, 256)),) * 3
    r, g, b = random.integers(0, 140, 3) if dark else random.integers(120, 256, 3)
    return int(r), int(g), int(b)


def _canvas(random: Random, size: Size, paper: Colour | None = None) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size, paper or _paper(random))
    return image, ImageDraw.Draw(image)


def _points(random: Random, size: Size, count: int) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in random.uniform(-0.1, 1.1, (count, 2)) * size]


def _box(random: Random, size: Size, smallest: float = 0.05, largest: float = 0.6) -> tuple[int, int, int, int]:
    width, height = (max(3, int(side * random.uniform(smallest, largest))) for side in size)
    left = int(random.integers(0, max(1, size[0] - width)))
    top = int(random.integers(0, max(1, size[1] - height)))
    return left, top, left + width, top + height


def _text(random: Random, words: int) -> str:
    return " ".join(random.choice(WORDS, words)).capitalize()


def _font(size: float) -> Any:
    return ImageFont.load_default(max(7, size))


def _write_lines(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ink: Colour) -> None:
    """Fill a box with lines of text, ragged, with the odd heading and empty line."""
    left, top, right, bottom = box
    size = int(np.clip((bottom - top) / random.uniform(8, 40), 8, 40))
    y = top
    while y < bottom - size:
        heading = random.random() < 0.08
        if random.random() < 0.9:
            count = max(1, int((right - left) / (size * 2.6) * random.uniform(0.5, 1)))
            pen.text((left, y), _text(random, count), fill=ink, font=_font(size * (1.6 if heading else 1)))
        y += int(size * (2 if heading else 1.35))


def plain(random: Random, size: Size) -> Image.Image:
    """One colour, perhaps with a frame or a bar of another."""
    image, pen = _canvas(random, size, _colour(random))
    for _ in range(int(random.integers(0, 3))):
        pen.rectangle(_box(random, size, 0.1, 1.0), fill=_colour(random) if random.random() < 0.5 else None)
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
        total += np.stack(layers, -1) * random.uniform(0.2, 1) * grain ** random.uniform(0, 0.7)
    total = (total - total.mean()) / (total.std() + 1e-6)
    if random.random() < 0.2:  # sparse: salt and pepper
        total = np.where(np.abs(total) > random.uniform(1, 2.5), np.sign(total) * 9, 0)
    tint = np.array(_colour(random)) if random.random() < 0.5 else np.full(3, 128)
    return _image(tint + total * random.uniform(8, 80) * (random.random(3) if random.random() < 0.5 else np.ones(3)))


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
    colours = np.array([_colour(random) for _ in stops])
    pixels = np.stack([np.interp(way, stops, colours[:, c]) for c in range(3)], -1)
    return _image(pixels + random.normal(0, random.choice([0, 0, 1, 3]), pixels.shape))


def page(random: Random, size: Size) -> Image.Image:
    """Text in columns, as in an article, a chat, a listing of code."""
    paper = _paper(random)
    image, pen = _canvas(random, size, paper)
    ink = _ink(random, paper)
    columns = int(random.integers(1, 4))
    margin = int(size[0] * random.uniform(0.02, 0.12))
    width = (size[0] - margin) // columns
    for column in range(columns):
        left = margin + column * width
        bottom = int(size[1] * random.uniform(0.3, 1))
        _write_lines(random, pen, (left, margin, left + width - margin, bottom), ink)
    return image


def window(random: Random, size: Size) -> Image.Image:
    """A screen: bars, panels, buttons, fields and text."""
    paper = _paper(random)
    image, pen = _canvas(random, size, paper)
    ink, accent = _ink(random, paper), _colour(random)
    bar = max(12, int(size[1] * random.uniform(0.04, 0.12)))
    pen.rectangle((0, 0, size[0], bar), fill=accent)
    pen.text((bar, bar // 5), _text(random, 3), fill=_ink(random, accent), font=_font(bar * 0.5))
    side = int(size[0] * random.uniform(0, 0.35))
    pen.rectangle((0, bar, side, size[1]), fill=_paper(random))
    _write_lines(random, pen, (4, bar + 6, max(10, side), size[1]), ink)
    _write_lines(random, pen, (side + 8, bar + 8, size[0] - 8, int(size[1] * random.uniform(0.3, 1))), ink)
    for _ in range(int(random.integers(0, 9))):
        box = _box(random, size, 0.04, 0.3)
        pen.rounded_rectangle(box, int(random.integers(0, 12)), fill=_colour(random), outline=_colour(random))
        pen.text((box[0] + 4, box[1] + 2), _text(random, 2), fill=ink, font=_font((box[3] - box[1]) * 0.4))
    return image


def chart(random: Random, size: Size) -> Image.Image:
    """Axes, grid and one to five series, as lines, bars, areas, dots or a pie."""
    paper = _paper(random)
    image, pen = _canvas(random, size, paper)
    ink = _ink(random, paper)
    left, top = int(size[0] * random.uniform(0.05, 0.18)), int(size[1] * random.uniform(0.04, 0.18))
    right, bottom = int(size[0] * 0.95), int(size[1] * random.uniform(0.8, 0.93))
    if random.random() < 0.15:
        _pie(random, pen, size)
    else:
        _axes(random, pen, (left, top, right, bottom), ink)
        for _ in range(int(random.integers(1, 6))):
            _series(random, pen, (left, top, right, bottom))
    if random.random() < 0.7:
        pen.text((left, 2), _text(random, 4), fill=ink, font=_font(size[1] * 0.05))
    return image


def _axes(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ink: Colour) -> None:
    left, top, right, bottom = box
    pen.line((left, top, left, bottom, right, bottom), fill=ink, width=int(random.integers(1, 3)))
    ticks = int(random.integers(3, 9))
    grid = random.random() < 0.5
    for i in range(ticks):
        x, y = left + (right - left) * i // ticks, bottom - (bottom - top) * i // ticks
        pen.text((x, bottom + 3), str(random.integers(0, 2000)), fill=ink, font=_font((bottom - top) * 0.04))
        pen.text((2, y - 6), str(random.integers(0, 100)), fill=ink, font=_font((bottom - top) * 0.04))
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
    colour, style = _colour(random), random.choice(["line", "line", "dots", "bars", "area"])
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
        pen.pieslice(box, float(start), float(end), fill=_colour(random), outline=(255, 255, 255))


def code(random: Random, size: Size) -> Image.Image:
    """Black and white modules: a matrix code with finder squares, a bar code, a chessboard."""
    dark, light = (_colour(random), _paper(random)) if random.random() < 0.3 else ((0, 0, 0), (255, 255, 255))
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
    image, pen = _canvas(random, size)
    for _ in range(int(random.integers(1, 5))):
        _shape(random, pen, size, _box(random, size, 0.2, 0.7))
    if random.random() < 0.7:
        letters = _text(random, 1)[: int(random.integers(1, 8))].upper()
        place = (int(size[0] * random.uniform(0.05, 0.5)), int(size[1] * random.uniform(0.1, 0.7)))
        pen.text(place, letters, fill=_colour(random), font=_font(min(size) * random.uniform(0.15, 0.6)))
    return image


def _shape(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    fill, outline = _colour(random), _colour(random) if random.random() < 0.4 else None
    width = int(random.integers(1, 8))
    which = int(random.integers(6))
    if which == 0:
        pen.ellipse(box, fill=fill, outline=outline, width=width)
    elif which == 1:
        pen.rounded_rectangle(box, int(random.integers(0, 20)), fill=fill, outline=outline, width=width)
    elif which == 2:
        middle, radius = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), max(3, (box[2] - box[0]) / 2)
        pen.regular_polygon((middle, radius), int(random.integers(3, 9)), int(random.integers(360)), fill, outline)
    elif which == 3:
        start = int(random.integers(360))
        pen.arc(box, start, start + int(random.integers(60, 330)), fill=fill, width=int(random.integers(2, 30)))
    elif which == 4:
        pen.polygon(_points(random, size, int(random.integers(3, 9))), fill=fill, outline=outline)
    else:
        pen.line(_points(random, size, int(random.integers(2, 6))), fill=fill, width=int(random.integers(1, 20)))


def scan(random: Random, size: Size) -> Image.Image:
    """A sheet as a scanner or a phone sees it: paper grain, uneven light, skew, tables, stamps, a signature."""
    size = (min(size), int(min(size) * random.uniform(1.1, 1.5)))
    base = int(random.integers(205, 256))
    paper = (base, base - int(random.integers(0, 12)), base - int(random.integers(0, 35)))
    image, pen = _canvas(random, size, paper)
    ink = (int(random.integers(0, 90)),) * 3
    margin = size[0] // 10
    _write_lines(random, pen, (margin, margin, size[0] - margin, size[1] - margin), ink)
    if random.random() < 0.5:
        _table(random, pen, _box(random, size, 0.3, 0.8), ink)
    if random.random() < 0.4:
        pen.ellipse(_box(random, size, 0.15, 0.3), outline=_colour(random), width=3)
        pen.line(_points(random, (size[0], size[1] // 4), 9), fill=(30, 30, 120), width=2, joint="curve")
    image = image.rotate(random.uniform(-6, 6), Image.Resampling.BICUBIC, fillcolor=_paper(random))
    light = np.linspace(random.uniform(0.75, 1), random.uniform(0.85, 1), image.height)[:, None, None]
    pixels = np.asarray(image) * light + random.normal(0, random.uniform(0, 9), (image.height, image.width, 1))
    return _image(pixels if random.random() < 0.7 else pixels.mean(-1))


def _table(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ink: Colour) -> None:
    rows, columns = (int(n) for n in random.integers(2, 10, 2))
    for i in range(rows + 1):
        y = box[1] + (box[3] - box[1]) * i // rows
        pen.line((box[0], y, box[2], y), fill=ink)
    for i in range(columns + 1):
        x = box[0] + (box[2] - box[0]) * i // columns
        pen.line((x, box[1], x, box[3]), fill=ink)


def drawing(random: Random, size: Size) -> Image.Image:
    """A picture as a child or a drawing program makes it: ground, sky, and outlined or flat things."""
    image, pen = _canvas(random, size, _colour(random))
    if random.random() < 0.6:
        horizon = int(size[1] * random.uniform(0.4, 0.85))
        pen.rectangle((0, horizon, *size), fill=_colour(random))
    for _ in range(int(random.integers(2, 14))):
        box = _box(random, size, 0.05, 0.4)
        random.choice([_house, _tree, _figure, _shape_in, _shape_in])(random, pen, size, box)
    return image


def _shape_in(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    _shape(random, pen, size, box)


def _house(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    eaves = top + (bottom - top) // 3
    pen.rectangle((left, eaves, right, bottom), fill=_colour(random), outline=(0, 0, 0))
    pen.polygon([(left, eaves), ((left + right) // 2, top), (right, eaves)], fill=_colour(random), outline=(0, 0, 0))
    pen.rectangle(
        (left + (right - left) // 3, (eaves + bottom) // 2, (left + right) // 2, bottom), fill=_colour(random)
    )


def _tree(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    middle, half = (left + right) // 2, max(1, (right - left) // 12)
    pen.rectangle((middle - half, (top + bottom) // 2, middle + half, bottom), fill=(110, 70, 30))
    pen.ellipse((left, top, right, (top + 2 * bottom) // 3), fill=_colour(random), outline=_colour(random))


def _figure(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    middle, head = (left + right) // 2, max(2, (bottom - top) // 6)
    ink, width = _colour(random), int(random.integers(1, 6))
    pen.ellipse((middle - head, top, middle + head, top + 2 * head), outline=ink, width=width, fill=_colour(random))
    hip = top + (bottom - top) * 2 // 3
    pen.line((middle, top + 2 * head, middle, hip), fill=ink, width=width)
    pen.line((left, top + 3 * head, right, top + 3 * head), fill=ink, width=width)
    pen.line((left, bottom, middle, hip, right, bottom), fill=ink, width=width)


def pattern(random: Random, size: Size) -> Image.Image:
    """Waves, stripes and tiles that repeat."""
    x, y = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    wave = np.zeros_like(x)
    for _ in range(int(random.integers(1, 5))):
        fx, fy = random.normal(0, 20, 2)
        wave += np.sin(2 * np.pi * (fx * x + fy * y) + random.uniform(0, 6) * np.hypot(x - 0.5, y - 0.5))
    if random.random() < 0.5:
        wave = np.sign(wave)
    low, high = np.array(_colour(random)), np.array(_colour(random))
    return _image(low + (wave[:, :, None] / (np.abs(wave).max() or 1) + 1) / 2 * (high - low))


Kind = Callable[[Random, Size], Image.Image]
KINDS: dict[str, Kind] = {
    kind.__name__: kind for kind in (plain, noise, gradient, page, window, chart, code, logo, scan, drawing, pattern)
}
