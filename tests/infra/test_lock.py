"""requirements/: what pyproject.toml asks for, in the same version everywhere, each file known by its hash."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.infra.conftest import ROOT

FOLDER = ROOT / "requirements"
FILES = sorted(path.stem for path in FOLDER.iterdir())
TOOLS = {"aws", "localstack", "policy", "uv"}
"""Files of tools that have environments, and versions, of their own."""
PLATFORMS = [
    {
        "python_full_version": f"{python}.1",
        "python_version": python,
        "platform_machine": machine,
        "sys_platform": "linux",
    }
    for python in ("3.11", "3.12", "3.13")
    for machine in ("x86_64", "aarch64")
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]
RUNTIMES = {"image-litert": {"ai-edge-litert"}, "image-tensorflow": {"tensorflow", "tensorflow-cpu"}}
ASKED_FOR = {
    "serve": [PROJECT["project"]["dependencies"], GROUPS["build"]],
    "dev": [PROJECT["project"]["dependencies"], GROUPS["build"], *EXTRAS.values()],
    "image-litert": [PROJECT["project"]["dependencies"], EXTRAS["lambda"]],
    "image-tensorflow": [EXTRAS["lambda"], EXTRAS["tensorflow"]],
    "aws": [GROUPS["aws"]],
    "localstack": [GROUPS["localstack"]],
    "policy": [GROUPS["policy"]],
    "uv": [GROUPS["install"]],
}


def locked(name: str) -> list[Requirement]:
    lines = re.findall(r"^[\w.-]+==[^\\\n]+", (FOLDER / f"{name}.txt").read_text(), re.MULTILINE)
    return [Requirement(line) for line in lines]


def versions(name: str, platform: dict[str, str]) -> dict[str, str]:
    """What a file installs on Linux with some Python and processor."""
    chosen = [entry for entry in locked(name) if entry.marker is None or entry.marker.evaluate(platform)]
    found = {canonicalize_name(entry.name): str(entry.specifier).removeprefix("==") for entry in chosen}
    assert len(found) == len(chosen), "one version of each"
    return {str(package): version for package, version in found.items()}


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: " ".join(platform.values()))
@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_what_the_project_asks_for_within_its_bounds(name: str, platform: dict[str, str]) -> None:
    there = versions(name, platform)
    for wanted in (Requirement(text) for group in ASKED_FOR[name] for text in group):
        if wanted.name == PROJECT["project"]["name"] or (wanted.marker and not wanted.marker.evaluate(platform)):
            continue
        assert there[canonicalize_name(wanted.name)] in wanted.specifier, f"run `make lock`: {wanted}"


@pytest.mark.parametrize("name", [name for name in FILES if name not in TOOLS])
def test_whatever_is_installed_with_less_has_the_versions_that_were_tested(name: str) -> None:
    for platform in PLATFORMS:
        assert versions(name, platform).items() <= versions("dev", platform).items()


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_its_hashes_and_none_an_address(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text()
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(name)) > 0
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize(("name", "runtime"), RUNTIMES.items())
def test_an_image_gets_the_runtime_of_its_engine_alone(name: str, runtime: set[str]) -> None:
    others = set().union(*RUNTIMES.values()) - runtime
    for platform in PLATFORMS:
        there = set(versions(name, platform))
        assert len(there & runtime) == 1
        assert not there & others


def test_both_images_get_the_same_rest() -> None:
    for platform in PLATFORMS:
        litert, tensorflow = (versions(name, platform) for name in RUNTIMES)
        assert {"awslambdaric", "flask", "numpy"} < litert.keys()
        assert litert.keys() - RUNTIMES["image-litert"] <= tensorflow.keys()


def test_every_lock_file_is_made_by_the_script() -> None:
    script = (ROOT / "infra" / "lock").read_text()
    assert sorted(re.findall(r"^(?:compile|resolve) ([\w-]+)", script, re.MULTILINE)) == FILES


def test_the_image_is_made_of_locked_packages_on_a_base_of_choice() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "ARG BASE=docker.io/library/python:3.13-slim" in lines
    assert {line.split()[1] for line in lines if line.startswith("FROM")} == {"${BASE}"}
    assert "COPY requirements/image-${ENGINE}.txt /tmp/requirements.txt" in lines
    assert [line for line in lines if "pip install" in line and "--require-hashes" not in line] == []


def test_the_context_of_the_image_has_its_lock_files() -> None:
    patterns = [line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"]
    assert {str(Path("requirements") / f"{name}.txt") for name in RUNTIMES} <= {
        str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)
    }
