"""A small folder of photos with its index, and the command `glimpse` as people run it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from collection.index.database import Index, locate
from collection.metadata.exiftool import ExifTool
from tests.collection.writer import Writer

ROOT = Path(__file__).parents[2]
Glimpse = Callable[..., subprocess.CompletedProcess[str]]


def picture(colour: str, size: tuple[int, int] = (64, 48), format: str = "JPEG") -> bytes:
    """A small photo that differs from those of other colours."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, format)
    return file.getvalue()


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another thread or process does; 20 seconds at most."""
    ends = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos: red.jpg, green.jpg and sub/blue.png."""
    folder = tmp_path / "photos"
    (folder / "sub").mkdir(parents=True)
    (folder / "red.jpg").write_bytes(picture("red"))
    (folder / "green.jpg").write_bytes(picture("green"))
    (folder / "sub" / "blue.png").write_bytes(picture("blue", format="PNG"))
    return folder


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    with Index.open(locate(folder)) as index:
        yield index


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def glimpse() -> Glimpse:
    """Run `glimpse` in a process of its own."""

    def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "collection.cli", *(os.fspath(argument) for argument in arguments)]
        return subprocess.run(command, capture_output=True, cwd=ROOT, encoding="utf-8", check=False, **options)

    return run


@pytest.fixture(scope="module")
def tool() -> Iterator[ExifTool]:
    with ExifTool() as tool:
        yield tool
