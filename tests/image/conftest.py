"""The image, built once, and its web server, started once for all tests that leave it running."""

from collections.abc import Iterator

import pytest

from tests.image import building, running
from tests.image.running import Container


@pytest.fixture(scope="session")
def image() -> str:
    """The name of the image with the default engine."""
    reason = building.reason_not_to()
    if reason:
        pytest.skip(reason)
    return building.build()


@pytest.fixture(scope="module")
def server(image: str) -> Iterator[Container]:
    """`docker run -p PORT:5000 glimpse`, with no other option."""
    with running.web(image) as container:
        yield container
