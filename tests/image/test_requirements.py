"""Which packages an image gets: those of its engine, and not those of the other."""

import subprocess
import sys

import pytest

from tests.image.building import ROOT

RUNTIMES = {"litert": "ai-edge-litert", "tensorflow": "tensorflow-cpu"}


def names(engine: str) -> set[str]:
    command = [sys.executable, str(ROOT / "infra" / "requirements.py"), engine]
    printed = subprocess.run(
        command, input=(ROOT / "pyproject.toml").read_text(), capture_output=True, text=True, check=True
    ).stdout
    return {line.partition(">")[0] for line in printed.splitlines()}


@pytest.mark.parametrize("engine", RUNTIMES)
def test_an_image_gets_the_runtime_of_its_engine_alone(engine: str) -> None:
    assert names(engine) & set(RUNTIMES.values()) == {RUNTIMES[engine]}


def test_both_images_get_the_same_rest() -> None:
    assert {"awslambdaric", "flask", "numpy"} < names("litert")
    assert names("litert") - {"ai-edge-litert"} == names("tensorflow") - {"tensorflow-cpu"}
