"""How pytest picks tests up: by folder, and without the heavy packages that few of them need."""

import subprocess
import sys

import pytest

from tests.infra.conftest import ROOT

REPORT = """
import sys
import pytest

class Report:
    def pytest_collection_finish(self, session):
        for item in session.items:
            print("MARKED", item.nodeid.split("/")[1], *(mark.name for mark in item.iter_markers()))

pytest.main(["--collect-only", "-q", *sys.argv[1:]], plugins=[Report()])
print("LOADED", *sorted({"boto3", "moto", "tensorflow"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def collected() -> list[str]:
    """What a fresh interpreter reports when it collects the tests that `make check` runs."""
    command = [sys.executable, "-c", REPORT, "tests/unit", "tests/contract"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_tests_are_marked_by_their_folder(collected: list[str]) -> None:
    marks = [line.split()[1:] for line in collected if line.startswith("MARKED")]
    assert {folder for folder, *_ in marks} == {"unit", "contract"}
    assert [folder for folder, *names in marks if folder not in names] == []


def test_every_folder_of_tests_has_a_mark_that_says_what_it_needs(pytestconfig: pytest.Config) -> None:
    described = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")} <= described


def test_quick_tests_are_collected_without_heavy_packages(collected: list[str]) -> None:
    assert [line for line in collected if line.startswith("LOADED")] == ["LOADED"]
