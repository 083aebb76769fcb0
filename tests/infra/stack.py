"""A deployed stack in emulated AWS, as far as the scripts of infra/ see it: outputs, buckets, a distribution."""

import json
from typing import Any

import boto3

NAME = "glimpse-test"
PAGE_URL = "https://d111.cloudfront.net"
BUCKETS = {
    "SiteBucket": "the-site",
    "UploadsBucket": "the-uploads",
    "RecordsBucket": "the-records",
    "AnalysisBucket": "the-analysis",
}


def deploy() -> None:
    """Make the stack; each of its buckets holds an object."""
    boto3.client("cloudformation").create_stack(StackName=NAME, TemplateBody=json.dumps(document()))
    for bucket in BUCKETS.values():
        boto3.client("s3").put_object(Bucket=bucket, Key="old/left-over", Body=b"from before")


def document() -> dict[str, Any]:
    """The stack as a template."""
    outputs: dict[str, Any] = {name: {"Value": {"Ref": name}} for name in BUCKETS}
    outputs |= {"DistributionId": {"Value": _distribution()}, "PageUrl": {"Value": PAGE_URL}}
    resources: dict[str, Any] = {
        name: {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}} for name, bucket in BUCKETS.items()
    }
    resources["RecordsBucket"]["DeletionPolicy"] = "Retain"
    resources["RecordsBucket"]["Properties"]["VersioningConfiguration"] = {"Status": "Enabled"}
    return {"Resources": resources, "Outputs": outputs}


def keys(bucket: str) -> set[str]:
    return {item["Key"] for item in boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])}


def buckets() -> set[str]:
    return {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]}


def _distribution() -> str:
    """The id of a new distribution."""
    origin = {"Id": "site", "DomainName": "the-site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    made = boto3.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "test",
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "https-only"},
            "Comment": "",
            "Enabled": True,
        }
    )
    return str(made["Distribution"]["Id"])
