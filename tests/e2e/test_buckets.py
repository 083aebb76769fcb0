"""The page where photos go to S3 and their events through SQS: what `docker compose up` and the cloud have."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.conftest import RECORDS, UPLOADS, Cloud, cloud  # noqa: F401  # a fixture
from tests.e2e.actions import caption
from tests.e2e.conftest import OpenPage
from tests.e2e.locators import DOG
from tests.e2e.server import Server


@pytest.fixture
def server_on_buckets(cloud: Cloud, tmp_path: Path) -> Iterator[Server]:  # noqa: F811
    server = Server(tmp_path, **cloud.environment, GLIMPSE_UPLOAD_DAYS="7")
    server.start()
    yield server
    server.stop()


def test_a_photo_goes_to_the_bucket_and_its_sentence_comes_back(
    server_on_buckets: Server,
    cloud: Cloud,  # noqa: F811
    open_page: OpenPage,
) -> None:
    page = open_page()
    page.goto(server_on_buckets.url)
    caption(page, DOG)
    [upload] = cloud.s3.list_objects_v2(Bucket=UPLOADS)["Contents"]
    assert upload["Size"] == DOG.stat().st_size
    key = upload["Key"].replace("uploads/", "captions/") + ".json"
    record = json.load(cloud.s3.get_object(Bucket=RECORDS, Key=key)["Body"])
    assert record["alt_text"] in page.locator("main").inner_text()
    assert "7 days" in page.locator("body").inner_text()
