"""One photo, every door: the same caption or the same error, whichever way it comes in."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from function.app import App
from function.captioning.beam_captioner import BeamCaptioner
from function.errors import GlimpseError
from function.images.read import read
from function.settings import Settings
from function.storage.folder import FolderStorage
from tests.contract import doors
from tests.contract.doors import Answer
from tests.drawing import png_claiming

Door = Callable[[App, bytes], Answer]
OTHER_DOORS: list[Door] = [
    doors.through_flask,
    doors.through_flask_form,
    doors.through_upload,
    doors.through_command_line,
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, captioner: BeamCaptioner) -> App:
    """The application over a fresh folder, with the model that is already loaded."""
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    return App(settings, FolderStorage(settings.data), captioner)


def encoded(size: tuple[int, int], image_format: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, image_format)
    return file.getvalue()


BAD_PHOTOS = {
    "empty": (b"", "empty_image"),
    "text": (b"this is not a photo", "unsupported_format"),
    "truncated JPEG": (encoded((640, 480), "JPEG")[:3000], "corrupt_image"),
    "a header that claims 60,000 × 60,000": (png_claiming(60_000, 60_000), "too_many_pixels"),
    "1 × 1": (encoded((1, 1)), "image_too_small"),
    "31 × 200": (encoded((31, 200)), "image_too_small"),
    "21 MB": (encoded((32, 32)) + bytes(21_000_000), "payload_too_large"),
}


@pytest.mark.parametrize("door", OTHER_DOORS)
@pytest.mark.parametrize("name", ["dog.jpg", "cat.jpg", "beach.jpg"])
def test_a_photo_gets_the_same_caption_through_every_door(app: App, photos: Path, door: Door, name: str) -> None:
    photo = (photos / name).read_bytes()
    answer = door(app, photo)
    assert answer.caption
    assert answer == doors.through_lambda(app, photo)


@pytest.mark.parametrize("door", [doors.through_lambda, *OTHER_DOORS])
@pytest.mark.parametrize(("photo", "code"), BAD_PHOTOS.values(), ids=BAD_PHOTOS.keys())
def test_a_bad_photo_gets_the_same_error_through_every_door(app: App, door: Door, photo: bytes, code: str) -> None:
    answer = door(app, photo)
    assert answer.code == code
    assert answer == _expected_error(photo)


def _expected_error(photo: bytes) -> Answer:
    with pytest.raises(GlimpseError) as caught:
        read(photo)
    return Answer(code=caught.value.code, message=caught.value.message)
