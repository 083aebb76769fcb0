"""Drawn scenes, as children and clip art have them: houses, trees and figures on flat colours."""

from PIL import Image, ImageDraw

from training.nonphotos.strokes import Random, Size, any_colour, box_in, canvas, shape


def drawing(random: Random, size: Size) -> Image.Image:
    """A picture as a child or a drawing program makes it: ground, sky, and outlined or flat things."""
    image, pen = canvas(random, size, any_colour(random))
    if random.random() < 0.6:
        horizon = int(size[1] * random.uniform(0.4, 0.85))
        pen.rectangle((0, horizon, *size), fill=any_colour(random))
    for _ in range(int(random.integers(2, 14))):
        box = box_in(random, size, 0.05, 0.4)
        drawings = (_house, _tree, _figure, shape, shape)
        drawings[random.choice(len(drawings))](random, pen, size, box)
    return image


def _house(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    eaves = top + (bottom - top) // 3
    pen.rectangle((left, eaves, right, bottom), fill=any_colour(random), outline=(0, 0, 0))
    pen.polygon([(left, eaves), ((left + right) // 2, top), (right, eaves)], fill=any_colour(random), outline=(0, 0, 0))
    pen.rectangle(
        (left + (right - left) // 3, (eaves + bottom) // 2, (left + right) // 2, bottom), fill=any_colour(random)
    )


def _tree(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    middle, half = (left + right) // 2, max(1, (right - left) // 12)
    pen.rectangle((middle - half, (top + bottom) // 2, middle + half, bottom), fill=(110, 70, 30))
    pen.ellipse((left, top, right, (top + 2 * bottom) // 3), fill=any_colour(random), outline=any_colour(random))


def _figure(random: Random, pen: ImageDraw.ImageDraw, size: Size, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    middle, head = (left + right) // 2, max(2, (bottom - top) // 6)
    ink, width = any_colour(random), int(random.integers(1, 6))
    pen.ellipse((middle - head, top, middle + head, top + 2 * head), outline=ink, width=width, fill=any_colour(random))
    hip = top + (bottom - top) * 2 // 3
    pen.line((middle, top + 2 * head, middle, hip), fill=ink, width=width)
    pen.line((left, top + 3 * head, right, top + 3 * head), fill=ink, width=width)
    pen.line((left, bottom, middle, hip, right, bottom), fill=ink, width=width)
