"""Fixtures that more than one folder of tests needs: the real model, and the application over a fresh folder."""

from pathlib import Path

import pytest

from function.app import App
from function.captioner import Captioner
from function.settings import Settings
from function.storage.folder import FolderStorage

PHOTOS = Path(__file__).parent / "photos"


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of freely licensed photographs; its README names their authors."""
    return PHOTOS


@pytest.fixture(scope="session")
def captioner() -> Captioner:
    """The released model on its default engine."""
    return App(Settings()).captioner


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "data")


@pytest.fixture
def app(storage: FolderStorage) -> App:
    return App(Settings(), storage)
