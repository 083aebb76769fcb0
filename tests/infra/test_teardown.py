"""A deployed stack, removed with what its buckets hold."""

import os
from pathlib import Path

import boto3
import pytest

from tests.infra import stack
from tests.infra.conftest import ROOT, reset, run


@pytest.fixture(autouse=True)
def _deployed(endpoint: str) -> None:
    reset(endpoint)
    stack.deploy()


def test_nothing_is_removed_without_the_name_of_the_stack() -> None:
    finished = run("teardown", stack.NAME, "--records", answer="yes\n")
    assert finished.returncode != 0
    assert "every record in the-records" in finished.stdout
    assert "Nothing was deleted." in finished.stderr
    assert stack.buckets() == set(stack.BUCKETS.values())
    assert all(stack.keys(bucket) for bucket in stack.BUCKETS.values())


def test_records_are_removed_with_the_versions_that_they_had_when_that_is_asked_for() -> None:
    for version in (b"one", b"two"):
        boto3.client("s3").put_object(Bucket="the-records", Key="captions/a.json", Body=version)
    boto3.client("s3").delete_object(Bucket="the-records", Key="captions/a.json")
    finished = run("teardown", "--records", stack.NAME, answer=f"{stack.NAME}\n")
    assert finished.returncode == 0, finished.stderr
    assert stack.buckets() == set()


def test_a_stack_is_removed_with_a_photo_that_comes_meanwhile_and_its_records_stay(tmp_path: Path) -> None:
    """The first `sam delete` meets a photo that came in after the bucket was emptied."""
    shim = tmp_path / "sam"
    shim.write_text(
        f"""#!/bin/sh
if [ ! -e {tmp_path}/tried ]; then
    touch {tmp_path}/tried
    echo photo | aws s3 cp - s3://the-uploads/uploads/late
    exit 1
fi
exec {ROOT}/.sam/bin/sam "$@"
"""
    )
    shim.chmod(0o755)
    finished = run(
        "teardown", stack.NAME, answer=f"{stack.NAME}\n", PATH=f"{tmp_path}:{ROOT}/.sam/bin:{os.environ['PATH']}"
    )
    assert finished.returncode == 0, finished.stderr
    assert "The records in the-records stay." in finished.stdout
    assert stack.buckets() == {"the-records"}
    assert stack.keys("the-records")
