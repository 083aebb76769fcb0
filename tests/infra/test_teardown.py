"""A deployed stack, removed with what its buckets hold."""

import pytest

from tests.infra import stack
from tests.infra.conftest import reset, run


@pytest.fixture(autouse=True)
def _deployed(endpoint: str) -> None:
    reset(endpoint)
    stack.deploy()


def test_nothing_is_removed_without_the_name_of_the_stack() -> None:
    finished = run("teardown", stack.NAME, answer="yes\n")
    assert finished.returncode != 0
    assert "Nothing was deleted." in finished.stderr
    assert stack.buckets() == set(stack.BUCKETS.values())
    assert all(stack.keys(bucket) for bucket in stack.BUCKETS.values())


def test_a_stack_is_removed_with_its_photos_and_its_records_stay() -> None:
    finished = run("teardown", stack.NAME, answer=f"{stack.NAME}\n")
    assert finished.returncode == 0, finished.stderr
    assert "The records in the-records stay." in finished.stdout
    assert stack.buckets() == {"the-records"}
    assert stack.keys("the-records")


def test_records_are_removed_too_when_that_is_asked_for() -> None:
    finished = run("teardown", stack.NAME, "--records", answer=f"{stack.NAME}\n")
    assert finished.returncode == 0, finished.stderr
    assert stack.buckets() == set()
