"""LocalStack under the local server, and the template in its CloudFormation.

Photos come with forms or straight into the bucket, told of in every way that LocalStack can send. Of the template it
makes what tests/localstack/reduction.py leaves. It takes no notice of a bucket's lifecycle, of changes of a bucket, a
log group or an alarm, or of a condition that has changed: the update here changes a queue and drops an alarm.
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.caption_content import tells_of_a_dog
from tests.conftest import PHOTOS
from tests.contract.doors import multipart
from tests.infra.conftest import Template
from tests.localstack.conftest import PATIENCE, RECORDS, UPLOADS, wait_for
from tests.localstack.reduction import MADE, reduced

PHOTO = (PHOTOS / "dog.jpg").read_bytes()
FILTER = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "uploads/"}]}}
STACK = "photos"
EMAIL = "me@example.org"

# Uploads


@pytest.fixture
def queue_arn(page: str) -> Iterator[str]:
    """The queue that the local server polls; how the bucket tells it of uploads is as before after the test."""
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    before = s3.get_bucket_notification_configuration(Bucket=UPLOADS)
    url = sqs.get_queue_url(QueueName=UPLOADS)["QueueUrl"]
    yield sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    notify(QueueConfigurations=before["QueueConfigurations"])


def notify(**configuration: Any) -> None:
    boto3.client("s3").put_bucket_notification_configuration(Bucket=UPLOADS, NotificationConfiguration=configuration)


def form(page: str) -> Any:
    wanted = {"content_type": "image/jpeg", "size": len(PHOTO)}
    return requests.post(f"{page}/api/uploads", json=wanted, timeout=30).json()


def send(form: Any, photo: bytes, **fields: str) -> int:
    """The status of an upload with a form, in which some fields are others."""
    sent = multipart({**form["upload"]["fields"], **fields}, "file", photo)
    headers = {"Content-Type": sent["content_type"]}
    return requests.post(form["upload"]["url"], sent["data"], headers=headers, timeout=30).status_code


def put(name: str) -> Any:
    """The record of a photo that is put into the bucket."""
    s3 = boto3.client("s3")
    s3.put_object(Bucket=UPLOADS, Key=f"uploads/{name}", Body=PHOTO)
    found: list[Any] = []

    def is_there() -> bool:
        try:
            found.append(json.load(s3.get_object(Bucket=RECORDS, Key=f"captions/{name}.json")["Body"]))
        except ClientError:
            return False
        return True

    wait_for(is_there)
    return found[0]


def test_a_photo_sent_with_a_form_gets_its_record(page: str) -> None:
    asked = form(page)
    assert send(asked, PHOTO) == 204
    wait_for(lambda: requests.get(page + asked["caption_url"], timeout=30).status_code == 200)
    record = requests.get(page + asked["caption_url"], timeout=30).json()
    assert (record["id"], record["status"]) == (asked["id"], "captioned")
    assert tells_of_a_dog(record["caption"])


@pytest.mark.parametrize("fields", [{"Content-Type": "text/html"}, {"key": "uploads/another"}], ids=["type", "key"])
def test_a_form_is_good_for_what_it_was_made_for(page: str, fields: dict[str, str]) -> None:
    assert send(form(page), b"<script>", **fields) == 403


def test_a_form_takes_no_file_of_more_than_its_limit(page: str) -> None:
    assert send(form(page), bytes(20 * 1024 * 1024 + 1)) == 400


def test_a_photo_put_straight_into_the_bucket_gets_its_record(page: str) -> None:
    assert tells_of_a_dog(put("Ferien am Meer/Hündin+1.jpg")["caption"])


def test_a_photo_that_sns_tells_of_gets_its_record(queue_arn: str) -> None:
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="uploads")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    notify(TopicConfigurations=[{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"], "Filter": FILTER}])
    assert tells_of_a_dog(put("by sns.jpg")["caption"])


def test_a_photo_that_eventbridge_tells_of_gets_its_record(queue_arn: str) -> None:
    events = boto3.client("events")
    events.put_rule(Name="uploads", EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}))
    events.put_targets(Rule="uploads", Targets=[{"Id": "queue", "Arn": queue_arn}])
    notify(EventBridgeConfiguration={})
    assert tells_of_a_dog(
        put("by-eventbridge.jpg")["caption"]
    )  # LocalStack quotes other names here, which AWS does not


# The stack


@pytest.fixture(scope="module")
def document(template: Template) -> dict[str, Any]:
    return reduced(template.document)


@pytest.fixture(scope="module")
def stack(localstack: str, document: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The outputs of the stack, made with everything that parameters can add."""
    yield made(STACK, document)


def made(name: str, document: dict[str, Any]) -> dict[str, str]:
    cloudformation().create_stack(StackName=name, **asked(document))
    return settled(name, "CREATE_COMPLETE")


def cloudformation() -> Any:
    """A client that asks once: a stack that LocalStack takes its time over is not asked for again."""
    return boto3.client("cloudformation", config=Config(read_timeout=PATIENCE, retries={"total_max_attempts": 1}))


def asked(document: dict[str, Any]) -> dict[str, Any]:
    chosen = {"AlarmEmail": EMAIL, "Analysis": "on", "BucketToCaption": "owners-photos"}
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in chosen.items()]
    return {"TemplateBody": json.dumps(document), "Parameters": parameters, "Capabilities": ["CAPABILITY_IAM"]}


def settled(name: str, status: str) -> dict[str, str]:
    """The outputs of a stack that has come to a status."""
    formation = cloudformation()
    waiter = formation.get_waiter(f"stack_{'update' if 'UPDATE' in status else 'create'}_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 1})
    (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == status
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def resources(name: str) -> dict[str, str]:
    """Status of each resource."""
    described = cloudformation().describe_stack_resources(StackName=name)["StackResources"]
    return {resource["LogicalResourceId"]: resource["ResourceStatus"] for resource in described}


def test_every_resource_that_localstack_knows_is_made(stack: dict[str, str], document: dict[str, Any]) -> None:
    assert {resource["Type"] for resource in document["Resources"].values()} == MADE
    assert resources(STACK) == dict.fromkeys(document["Resources"], "CREATE_COMPLETE")


def test_an_upload_reaches_the_queue_of_uploads_and_nothing_else_does(stack: dict[str, str]) -> None:
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    for key in ("elsewhere/a", "uploads/b"):
        s3.put_object(Bucket=stack["UploadsBucket"], Key=key, Body=b"a photo")
    keys: list[str] = []
    while not keys:  # S3's test event may come first
        asked = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}
        messages = sqs.receive_message(QueueUrl=stack["UploadsQueueUrl"], **asked)["Messages"]
        events = [json.loads(message["Body"]) for message in messages]
        keys += [record["s3"]["object"]["key"] for event in events for record in event.get("Records", [])]
    assert keys == ["uploads/b"]


@pytest.mark.parametrize("queue", ["UploadsQueueUrl", "BulkQueueUrl"])
def test_what_fails_five_times_is_a_dead_letter(stack: dict[str, str], queue: str) -> None:
    sqs = boto3.client("sqs")
    body = f"a failure of {queue}"
    sqs.send_message(QueueUrl=stack[queue], MessageBody=body)
    for _ in range(6):
        sqs.receive_message(QueueUrl=stack[queue], MaxNumberOfMessages=10, VisibilityTimeout=0)
    answer = sqs.receive_message(QueueUrl=stack["DeadLetterQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0)
    assert body in [message["Body"] for message in answer["Messages"]]


def test_every_bucket_asks_for_tls_records_have_versions_and_pages_may_post(stack: dict[str, str]) -> None:
    s3 = boto3.client("s3")
    for bucket in (stack["UploadsBucket"], stack["RecordsBucket"], stack["SiteBucket"]):
        first, *_ = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        assert (first["Effect"], first["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert s3.get_bucket_versioning(Bucket=stack["RecordsBucket"])["Status"] == "Enabled"
    (rule,) = s3.get_bucket_cors(Bucket=stack["UploadsBucket"])["CORSRules"]
    assert rule["AllowedMethods"] == ["POST"]


def test_every_alarm_is_mailed(stack: dict[str, str], document: dict[str, Any]) -> None:
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{STACK}-")["MetricAlarms"]
    of_template = [r for r in document["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert len(alarms) == len(of_template)
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {stack["AlarmTopicArn"]}
    sent = boto3.client("sns").list_subscriptions_by_topic(TopicArn=stack["AlarmTopicArn"])["Subscriptions"]
    assert [(to["Protocol"], to["Endpoint"]) for to in sent] == [("email", EMAIL)]


def test_an_update_changes_what_it_says_and_a_removed_stack_leaves_its_records(
    localstack: str, document: dict[str, Any]
) -> None:
    name, formation = "another", cloudformation()
    before = made(name, document)
    boto3.client("s3").put_object(Bucket=before["RecordsBucket"], Key="captions/a.json", Body=b"{}")
    document = json.loads(json.dumps(document))
    document["Resources"]["UploadsQueue"]["Properties"]["VisibilityTimeout"] = 420
    del document["Resources"]["ClientErrorsAlarm"]
    formation.update_stack(StackName=name, **asked(document))
    assert settled(name, "UPDATE_COMPLETE") == before  # the same queues, buckets and topic
    queue = boto3.client("sqs").get_queue_attributes(QueueUrl=before["UploadsQueueUrl"], AttributeNames=["All"])
    assert queue["Attributes"]["VisibilityTimeout"] == "420"
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{name}-")["MetricAlarms"]
    assert f"{name}-client-errors" not in [alarm["AlarmName"] for alarm in alarms]
    formation.delete_stack(StackName=name)
    formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    assert boto3.client("s3").head_object(Bucket=before["RecordsBucket"], Key="captions/a.json")
    for bucket in (before["UploadsBucket"], before["SiteBucket"]):
        with pytest.raises(ClientError):
            boto3.client("s3").head_bucket(Bucket=bucket)
    assert name not in str(boto3.client("sqs").list_queues().get("QueueUrls"))
