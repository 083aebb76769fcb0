"""Fixtures that more than one folder of tests needs: the real model, and the application over a fresh folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from function.app import App
from function.captioning import beam_captioner, manifest
from function.captioning.beam_captioner import BeamCaptioner
from function.settings import Settings
from function.storage.folder import FolderStorage

TESTS = Path(__file__).parent
PHOTOS = TESTS / "photos"
LONGEST_FIRST = ("image", "localstack", "infra", "e2e", "training", "cloud")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the name of its folder, and begin with the folders that take longest.

    pyproject.toml says what each folder needs. Workers take a file at a time: the longest must not be left for the end.
    """
    for item in items:
        item.add_marker(_folder(item))
    items.sort(key=lambda item: _rank(_folder(item)))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


def _rank(folder: str) -> int:
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.fixture(scope="session")
def photos() -> Path:
    """The folder of freely licensed photographs; its README names their authors."""
    return PHOTOS


@pytest.fixture(scope="session")
def captioner() -> BeamCaptioner:
    """The released model on its default engine."""
    settings = Settings()
    return beam_captioner.load(settings, manifest.read(settings.model))


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "data")


@pytest.fixture
def app(storage: FolderStorage) -> App:
    return App(Settings(), storage)


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    """The address of an AWS on loopback (moto's server), shared by tests that leave it as they found it."""
    from moto.server import ThreadedMotoServer  # a second to import, which most tests have no use for

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
