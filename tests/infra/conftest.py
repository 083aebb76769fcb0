"""The template as CloudFormation receives it, and AWS emulated on loopback for the scripts that call it."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from function.aws import envelopes
from function.storage.aws import clients
from function.storage.photo_bucket import PhotoBucket
from infra.bulk import messages
from tests.infra import exported_rows
from tests.infra.owners_bucket import BUCKET, KEYS, LISTS, OTHERS, RECORDS

ROOT = Path(__file__).parents[2]
REGION = "eu-west-1"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/glimpse:latest"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """A CloudFormation template without SAM's shorthand."""

    document: dict[str, Any]

    def __getitem__(self, name: str) -> Resource:
        """The properties of a resource."""
        return self.document["Resources"][name]["Properties"]

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Properties of all resources of a type, by name."""
        names = [name for name, resource in self.document["Resources"].items() if resource["Type"] == kind]
        return {name: self[name] for name in names}

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement of every policy, with the name of the resource it belongs to."""
        for name, resource in self.document["Resources"].items():
            properties = resource.get("Properties", {})
            for policy in [properties, *properties.get("Policies", [])]:
                for statement in policy.get("PolicyDocument", {}).get("Statement", []):
                    yield name, statement


@pytest.fixture(scope="session")
def template() -> Template:
    written = yaml_parse(with_images((ROOT / "template.yaml").read_text()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)  # the transformation asks in which partition it is
        return Template(transform(written, {}, NoManagedPolicies()))


def with_images(template: str) -> str:
    """The template with an image for each function, as `sam build` and `sam package` leave it."""
    return re.sub(r"( +)PackageType: Image\n", rf"\g<0>\1ImageUri: {IMAGE}\n", template)


class NoManagedPolicies:
    """Names of AWS's managed policies are looked up on AWS; a template that needs none has nothing to look up."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def endpoint(aws_endpoint: str) -> Iterator[str]:
    """An AWS with nothing in it, before a module's tests and after, for boto3 and AWS's command-line tools."""
    environment = {"AWS_ENDPOINT_URL": aws_endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    environment |= {"AWS_DEFAULT_REGION": REGION, "PATH": f"{ROOT / '.sam/bin'}:{os.environ['PATH']}"}
    reset(aws_endpoint)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield aws_endpoint
    reset(aws_endpoint)


def reset(server: str) -> None:
    """Forget everything in an emulated AWS."""
    requests.post(f"{server}/moto-api/reset", timeout=10).raise_for_status()


def run(script: str, *arguments: str, answer: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a script of infra/, with `answer` as what a person types."""
    command = [str(ROOT / "infra" / script), *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, input=answer, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def bucket(endpoint: str) -> Any:
    """A bucket with photos and other things, and the clients of the functions set to it."""
    clients.s3.cache_clear()
    clients.s3_for_many.cache_clear()
    s3 = boto3.client("s3")
    for name in (BUCKET, LISTS, RECORDS):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in [*KEYS, *OTHERS]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    yield s3
    clients.s3.cache_clear()
    clients.s3_for_many.cache_clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys that were sent, as the captioner reads them from the messages."""
    keys: list[str] = []
    photos = PhotoBucket(BUCKET, "", "secret")

    def send(_: str, bodies: list[str]) -> None:
        keys.extend(created.key for b in bodies for created in envelopes.created_uploads(json.loads(b), "", photos))

    monkeypatch.setattr(messages, "send", send)
    return keys


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of Parquet to search."""
    return exported_rows.write(tmp_path_factory.mktemp("rows"))
