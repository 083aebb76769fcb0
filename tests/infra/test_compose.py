"""LocalStack and the local server side by side: the compose file, and the script that fills LocalStack."""

import json
import os
from typing import Any

import boto3
import pytest
import yaml

from function import settings
from function.aws import envelopes
from tests.infra.conftest import ROOT, Template, run

INFRA = ROOT / "infra"
Service = dict[str, Any]


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    return yaml.safe_load((INFRA / "compose.yaml").read_text())["services"]


# The compose file


def test_the_local_server_waits_until_buckets_and_queue_are_there(services: dict[str, Service]) -> None:
    assert services["glimpse"]["depends_on"] == {"localstack": {"condition": "service_healthy"}}
    kind, check = services["localstack"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "_localstack/init/ready" in check
    assert check.endswith("grep --quiet SUCCESSFUL")


def test_localstack_is_filled_by_a_script_it_can_start(services: dict[str, Service]) -> None:
    (volume,) = services["localstack"]["volumes"]
    source, target, _ = volume.split(":")
    assert target.startswith("/etc/localstack/init/ready.d/")
    assert os.access(INFRA / source, os.X_OK)


def test_localstack_is_a_version_that_needs_no_account(services: dict[str, Service]) -> None:
    name, tag = services["localstack"]["image"].rsplit(":", 1)
    assert name.endswith("localstack/localstack")
    assert tuple(map(int, tag.split("."))) < (4, 15)


def test_both_are_reached_from_this_machine_only(services: dict[str, Service]) -> None:
    assert services["localstack"]["ports"] == ["127.0.0.1:4566:4566"]
    assert services["glimpse"]["ports"] == ["127.0.0.1:9000:5000"]


def test_the_local_servers_variables_are_valid_settings(services: dict[str, Service]) -> None:
    environment = services["glimpse"]["environment"]
    ours = {name for name in environment if name.startswith(settings.PREFIX)}
    assert ours <= {row.variable for row in settings.table()}
    read = settings.Settings.from_environment(environment)
    assert read.queue_url.startswith(environment["AWS_ENDPOINT_URL"])
    assert read.upload_days == 7


# What the script makes


@pytest.fixture(scope="module", autouse=True)
def _made(endpoint: str) -> None:
    finished = run("bootstrap.sh", AWS=f"aws --endpoint-url {endpoint}")
    assert finished.returncode == 0, finished.stderr


@pytest.fixture
def queue_url(services: dict[str, Service]) -> str:
    """The queue that the compose file names, at the emulated address."""
    name = services["glimpse"]["environment"]["GLIMPSE_QUEUE_URL"].rsplit("/", 1)[1]
    return boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


@pytest.fixture
def queue(queue_url: str) -> dict[str, str]:
    return boto3.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]


def test_the_queue_is_as_on_aws(queue: dict[str, str], template: Template) -> None:
    on_aws = template["UploadsQueue"]
    assert int(queue["VisibilityTimeout"]) == on_aws["VisibilityTimeout"]
    assert int(queue["MessageRetentionPeriod"]) == on_aws["MessageRetentionPeriod"]
    redrive = json.loads(queue["RedrivePolicy"])
    assert int(redrive["maxReceiveCount"]) == on_aws["RedrivePolicy"]["maxReceiveCount"]
    assert redrive["deadLetterTargetArn"] == queue["QueueArn"] + "-dead-letters"


def test_uploads_are_announced_as_on_aws(queue: dict[str, str], template: Template) -> None:
    (on_aws,) = template["UploadsBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    answer = boto3.client("s3").get_bucket_notification_configuration(Bucket="glimpse-uploads")
    (notification,) = answer["QueueConfigurations"]
    assert notification["QueueArn"] == queue["QueueArn"]
    assert notification["Events"] == [on_aws["Event"]]
    (rule,) = notification["Filter"]["Key"]["FilterRules"]
    (rule_on_aws,) = on_aws["Filter"]["S3Key"]["Rules"]
    assert (rule["Name"].lower(), rule["Value"]) == (rule_on_aws["Name"], rule_on_aws["Value"])


def test_an_upload_reaches_the_queue(queue_url: str) -> None:
    boto3.client("s3").put_object(Bucket="glimpse-uploads", Key="uploads/photo.jpg", Body=b"a photo")
    messages = boto3.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    uploads = [created for message in messages for created in envelopes.created_uploads(json.loads(message["Body"]))]
    assert [upload.name for upload in uploads] == ["photo.jpg"]


def test_uploads_expire_as_the_page_says(services: dict[str, Service]) -> None:
    (rule,) = boto3.client("s3").get_bucket_lifecycle_configuration(Bucket="glimpse-uploads")["Rules"]
    assert rule["Expiration"]["Days"] == int(services["glimpse"]["environment"]["GLIMPSE_UPLOAD_DAYS"])


def test_the_page_on_its_port_may_post(services: dict[str, Service]) -> None:
    (rule,) = boto3.client("s3").get_bucket_cors(Bucket="glimpse-uploads")["CORSRules"]
    port = services["glimpse"]["ports"][0].split(":")[1]
    assert rule["AllowedMethods"] == ["POST"]
    assert rule["AllowedOrigins"] == [f"http://localhost:{port}", f"http://127.0.0.1:{port}"]


def test_every_bucket_that_is_used_is_made(services: dict[str, Service]) -> None:
    environment = services["glimpse"]["environment"]
    used = {value for name, value in environment.items() if name.endswith("_BUCKET")}
    assert {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]} == used


def test_the_script_stops_at_the_first_failure() -> None:
    assert run("bootstrap.sh", AWS="false").returncode != 0
