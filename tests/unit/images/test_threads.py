import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from function.images import read
from function.images.containers.contents import Contents
from function.images.formats import Format
from tests.unit.images.samples import SMALL_FILES, WARNING_FILES, shows


@pytest.mark.parametrize("name", WARNING_FILES)
def test_odd_metadata_neither_fails_nor_warns_where_warnings_are_errors(name: str) -> None:
    with warnings.catch_warnings():
        read.read(SMALL_FILES["PNG"])
        warnings.simplefilter("error")  # and later than our filter
        shows(WARNING_FILES[name])


def test_without_the_filter_an_odd_file_does_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "hush_warnings", lambda: None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read.read(WARNING_FILES["TIFF with a tag too long"])
    assert caught


def test_other_warnings_are_still_heard() -> None:
    read.read(SMALL_FILES["PNG"])
    with pytest.warns(UserWarning, match="ours"):
        warnings.warn("ours", stacklevel=1)


def test_threads_read_at_once_what_one_thread_reads() -> None:
    files = [*SMALL_FILES.values(), *WARNING_FILES.values()] * 4
    alone = [read.read(data).pixels for data in files]
    start = threading.Barrier(4, timeout=10)

    def pixels(data: bytes) -> np.ndarray:
        return read.read(data).pixels

    with ThreadPoolExecutor(4, initializer=start.wait) as pool:
        together = list(pool.map(pixels, files))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_one_photo_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first has begun and is held up: the other three do not begin."""
    open_header, begun, go_on = read._open, threading.Semaphore(0), threading.Event()

    def hold_up(contents: Contents, rows: list[Format]) -> Image.Image:
        begun.release()
        assert go_on.wait(30)
        return open_header(contents, rows)

    monkeypatch.setattr(read, "_open", hold_up)
    with ThreadPoolExecutor(4) as pool:
        photos = [pool.submit(read.read, SMALL_FILES["PNG"]) for _ in range(4)]
        assert begun.acquire(timeout=30)
        assert not begun.acquire(timeout=0.2)
        go_on.set()
        assert {photo.result().width for photo in photos} == {96}
