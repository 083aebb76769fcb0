"""The first deployment, typed as docs/operations.md has it, against an emulated account with nothing in it.

`sam` itself runs: it makes its bucket, sends the template, has a change set made and carried out. What stands in is
CloudFormation, which here translates the whole template and then makes the few resources of tests/infra/stack.py, and
`sam build`, since tests/image builds the image.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pexpect
import pytest
from moto.cloudformation.models import ChangeSet
from samtranslator.translator.transform import transform

from tests.infra import stack
from tests.infra.conftest import ROOT, NoManagedPolicies, reset, with_images

pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse")  # of sam's own bucket
SECONDS = 240  # the machine may be busy with other things
TRANSFORM = "AWS::Serverless-2016-10-31"
Documents = list[dict[str, Any]]


@pytest.fixture(scope="module")
def translated(aws_endpoint: str) -> Iterator[Documents]:
    """Templates that CloudFormation was sent and could translate."""
    documents: Documents = []
    parse = ChangeSet._parse_template

    def translate(change_set: ChangeSet) -> None:
        parse(change_set)
        if change_set.template_dict.get("Transform") == TRANSFORM:
            document = transform(change_set.template_dict, {}, NoManagedPolicies())
            if "HttpApi" in document["Resources"]:  # ours, not that of the bucket which `sam` makes first
                documents.append(document)
                document = stack.document()
            change_set.template_dict, change_set.template = document, json.dumps(document)

    def apply(change_set: ChangeSet) -> None:
        made = change_set.stack
        made.template, made.parameters = change_set.template, change_set.parameters
        made._parse_template()
        made.resource_map = made._create_resource_map()
        made.create_resources()
        made.output_map = made._create_output_map()  # last: `sam` asks for outputs all the while

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ChangeSet, "_parse_template", translate)
        patch.setattr(ChangeSet, "apply", apply)
        yield documents


@pytest.fixture
def checkout(tmp_path: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh clone in front of an empty account, whose image is built already."""
    reset(endpoint)
    for name in ("infra", "site"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "samconfig.toml", tmp_path)
    shutil.copy(ROOT / "template.yaml", tmp_path)
    built = tmp_path / ".aws-sam" / "build" / "template.yaml"
    built.parent.mkdir(parents=True)
    built.write_text(with_images((ROOT / "template.yaml").read_text()))
    shim = tmp_path / "bin" / "sam"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\n[ "$1" = build ] || exec {ROOT}/.sam/bin/sam "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("SAM_CLI_TELEMETRY", "0")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.replace("127.0.0.1", "localhost"))  # else moto reads a bucket in it
    return tmp_path


def status() -> str:
    return str(boto3.client("cloudformation").describe_stacks(StackName="glimpse")["Stacks"][0]["StackStatus"])


def test_guided_with_every_default_goes_through(checkout: Path, translated: Documents) -> None:
    terminal = pexpect.spawn("sam deploy --guided", cwd=str(checkout), encoding="utf-8", timeout=SECONDS)
    questions = []
    while terminal.expect([r"\[[^\]\n]*\]: ", "Deploy this changeset.*: ", pexpect.EOF]) != 2:
        questions.append(terminal.before)
        terminal.sendline("y" if "Deploy this" in terminal.after else "")
    said = "".join(questions) + terminal.before
    terminal.close()
    assert terminal.exitstatus == 0, said
    assert "no authentication" not in said
    assert "Successfully created/updated stack - glimpse in eu-west-1" in said
    assert len(translated) == 1
    assert "region" in (checkout / "samconfig.toml").read_text()  # where infra/deploy and infra/teardown find it


def test_deploying_without_a_question(checkout: Path, translated: Documents) -> None:
    terminal = pexpect.spawn("infra/deploy --yes", cwd=str(checkout), encoding="utf-8", timeout=SECONDS)
    assert terminal.expect(["Deploy this changeset", pexpect.EOF]) == 1
    said = terminal.before
    terminal.close()
    assert terminal.exitstatus == 0, said
    assert f"The page is at {stack.PAGE_URL}" in said
    assert status() == "CREATE_COMPLETE"
    assert "index.html" in stack.keys(stack.BUCKETS["SiteBucket"])
