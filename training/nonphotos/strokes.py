"""What drawn images are made of: colours, boxes, shapes, lines of text and grain, all from a random generator."""

from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Random = np.random.Generator
Colour = tuple[int, int, int]
Size = tuple[int, int]
WORDS = """the of and to in is that it was for on are with they be at one have this from by hot word but what some we
can out other were all there when up use your how said an each she which do their time if will way about many then them
write would like so these her long make thing see him two has look more day could go come did number sound no most
people my over know water than call first who may down side been now find""".split()  # noqa: SIM905


def noisy(random: Random, image: Image.Image, deviation: float) -> Image.Image:
    """Grain of a given deviation (of 255), grey or coloured."""
    pixels = np.asarray(image, np.float32)
    channels = int(random.choice([1, 3]))
    return to_image(pixels + random.normal(0, deviation, (*pixels.shape[:2], channels)))


def to_image(pixels: np.ndarray) -> Image.Image:
    """Float or integer pixels (h, w), (h, w, 1) or (h, w, 3), cut to 0..255, as RGB."""
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3))))


def any_colour(random: Random) -> Colour:
    """Any colour; often a grey, black or white, as in things people make."""
    if random.random() < 0.35:
        return (int(random.choice([0, 20, 60, 128, 200, 240, 255, 255])),) * 3
    r, g, b = random.integers(0, 256, 3)
    return int(r), int(g), int(b)


def paper_colour(random: Random) -> Colour:
    """A background: mostly light, sometimes dark, sometimes coloured."""
    choice = random.random()
    if choice < 0.6:
        base = int(random.integers(225, 256))
        return base, base, max(0, base - int(random.integers(0, 20)))
    if choice < 0.8:
        return (int(random.integers(0, 50)),) * 3
    return any_colour(random)


def ink_colour(random: Random, paper: Colour) -> Colour:
    """A colour that can be read on `paper`."""
    dark = sum(paper) > 380
    if random.random() < 0.6:
        return (int(random.integers(0, 70) if dark else random.integers(180, 256)),) * 3
    r, g, b = random.integers(0, 140, 3) if dark else random.integers(120, 256, 3)
    return int(r), int(g), int(b)


def canvas(random: Random, size: Size, paper: Colour | None = None) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size, paper or paper_colour(random))
    return image, ImageDraw.Draw(image)


def points_in(random: Random, size: Size, count: int) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in random.uniform(-0.1, 1.1, (count, 2)) * size]


def box_in(random: Random, size: Size, smallest: float = 0.05, largest: float = 0.6) -> tuple[int, int, int, int]:
    width, height = (max(3, int(side * random.uniform(smallest, largest))) for side in size)
    left = int(random.integers(0, max(1, size[0] - width)))
    top = int(random.integers(0, max(1, size[1] - height)))
    return left, top, left + width, top + height


def prose(random: Random, words: int) -> str:
    return " ".join(random.choice(WORDS, words)).capitalize()


def font(size: float) -> Any:
    return ImageFont.load_default(max(7, size))


def write_lines(random: Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ink: Colour) -> None:
    """Fill a box with lines of text, ragged, with the odd heading and empty line."""
    left, top, right, bottom = box
    size = int(np.clip((bottom - top) / random.uniform(8, 40), 8, 40))
    y = top
    while y < bottom - size:
        heading = random.random() < 0.08
        if random.random() < 0.9:
            count = max(1, int((right - left) / (size * 2.6) * random.uniform(0.5, 1)))
            pen.text((left, y), prose(random, count), fill=ink, font=font(size * (1.6 if heading else 1)))
        y += int(size * (2 if heading else 1.35))


def shape(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    """One of six figures in a box, filled, and sometimes outlined."""
    fill, outline = any_colour(random), any_colour(random) if random.random() < 0.4 else None
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
        pen.polygon(points_in(random, size, int(random.integers(3, 9))), fill=fill, outline=outline)
    else:
        pen.line(points_in(random, size, int(random.integers(2, 6))), fill=fill, width=int(random.integers(1, 20)))
