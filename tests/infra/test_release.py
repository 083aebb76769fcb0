"""What releases and contributions rest on: the change log, workflows, hooks, and documents with their links."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import function
from tests.infra.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "function" / "model" / "README.md"]


def test_the_change_log_knows_the_version_and_the_day_of_its_release() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    unreleased, latest = headings[:2]
    assert unreleased == "Unreleased"
    assert re.fullmatch(rf"{re.escape(function.__version__)} \(\d{{4}}-\d\d-\d\d\)", latest)


def test_a_release_holds_at_most_30_mb_of_weights() -> None:
    sizes = [path.stat().st_size for path in (ROOT / "function" / "model").iterdir()]
    assert 1_000_000 < sum(sizes) <= 30_000_000


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_and_uses_actions_of_a_known_version(workflow: Path) -> None:
    content: dict[str, Any] = yaml.safe_load(workflow.read_text())
    assert content["permissions"] == {"contents": "read"}
    actions = [step["uses"] for job in content["jobs"].values() for step in job["steps"] if "uses" in step]
    assert actions
    assert [action for action in actions if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []


def test_the_checks_are_those_of_the_makefile_on_every_python_and_processor_that_is_locked() -> None:
    (job,) = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text())["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[-2:] == (ROOT / ".ci" / "run").read_text().splitlines()[-2:] == ["make lint", "make test"]
    assert {"3.11", "3.13"} <= set(job["strategy"]["matrix"]["python"])
    assert {runner.endswith("-arm") for runner in job["strategy"]["matrix"]["runner"]} == {True, False}


def test_hooks_run_tools_of_the_project() -> None:
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]:
        assert repository["repo"] == "local"
        assert {hook["language"] for hook in repository["hooks"]} == {"system"}


def test_every_decision_is_listed_and_says_what_follows_and_what_was_weighed() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.iterdir() if path.name != "README.md")
    index = (folder / "README.md").read_text()
    for number, record in enumerate(records, start=1):
        assert f"| [{number}]({record.name}) |" in index
        text = record.read_text()
        assert text.startswith(f"# {number}. ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_files_that_are_there(document: Path) -> None:
    named = re.findall(
        r"\b((?:benchmarks|collection|function|infra|site|tests|training)/[\w/]+(?:\.\w+)+)", document.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_links_to_what_is_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text())
    files = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert [file for file in files if not (document.parent / file).exists()] == []
