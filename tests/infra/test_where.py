"""Where infra/deploy and infra/teardown look for a stack: where `sam deploy` put it."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT

GUIDED = """
version = 0.1
[default.global.parameters]
stack_name = "glimpse"
[default.deploy.parameters]
stack_name = "photos"
region = "eu-central-1"
parameter_overrides = "LogDays=\\"7\\" DailyPhotos=\\"50\\""
"""
"""What `sam deploy --guided` makes of samconfig.toml."""


def where(folder: Path, config: str, *words: str, **variables: str) -> dict[str, str]:
    """What infra/where prints beside a samconfig.toml, by name."""
    (folder / "infra").mkdir()
    shutil.copy(ROOT / "infra" / "where", folder / "infra")
    (folder / "samconfig.toml").write_text(config)
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    printed = subprocess.run(
        [folder / "infra" / "where", *words], env={**others, **variables}, capture_output=True, text=True, check=True
    )
    pairs = [word.split("=", 1) for word in shlex.split(printed.stdout) if word != "export"]
    return dict(pairs)


def test_a_guided_deployment_says_it(tmp_path: Path) -> None:
    found = where(tmp_path, GUIDED, AWS_DEFAULT_REGION="us-east-1")
    assert found["stack"] == "photos"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert shlex.split(found["overrides"]) == ["LogDays=7", "DailyPhotos=50"]


def test_a_stack_on_the_command_line_goes_first(tmp_path: Path) -> None:
    assert where(tmp_path, GUIDED, "another")["stack"] == "another"


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_without_one_it_is_the_projects_name_and_the_environments_region(tmp_path: Path, variable: str) -> None:
    found = where(tmp_path, (ROOT / "samconfig.toml").read_text(), **{variable: "eu-north-1"})
    assert (found["stack"], found["AWS_DEFAULT_REGION"], found["overrides"]) == ("glimpse", "eu-north-1", "")


def test_a_profile_is_used_too(tmp_path: Path) -> None:
    found = where(tmp_path, GUIDED + 'profile = "photos of mine"\n')
    assert found["AWS_PROFILE"] == "photos of mine"
