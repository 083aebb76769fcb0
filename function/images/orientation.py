"""How a picture is turned to be upright, by the orientations that EXIF numbers 1 to 8."""

from PIL import Image

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it is to be seen."""
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def seen(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height as a viewer shows a stored picture of `size`."""
    width, height = size
    return (height, width) if orientation >= 5 else (width, height)
