"""Clients for AWS, made once per process: SigV4, regional addresses, timeouts and retries that fit a function.

The region, credentials and AWS_ENDPOINT_URL are boto3's own settings. Imports boto3, so only what talks to
AWS imports this.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from function.errors import Misconfigured

LONG_POLL_SECONDS = 20
PATIENCE = {"connect_timeout": 3, "read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 3}}


@cache
def s3() -> Any:
    """A client for S3 that presigns for the bucket's own regional host; path-style for other endpoints."""
    regional = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    client = _client("s3", signature_version="s3v4", s3=regional)
    if ".amazonaws.com" in client.meta.endpoint_url:
        return client
    return _client("s3", signature_version="s3v4", s3={"addressing_style": "path"})  # no host of its own per bucket


@cache
def s3_for_many(connections: int, endpoint: str | None = None) -> Any:
    """A client for S3 with so many connections, to read many small objects; `endpoint` is another store's address."""
    return _client("s3", endpoint, signature_version="s3v4", max_pool_connections=connections)


def bucket_origin(client: Any, bucket: str) -> str:
    """Scheme and host at which a client of `s3` reaches a bucket."""
    endpoint = urlsplit(client.meta.endpoint_url)
    is_virtual = client.meta.config.s3["addressing_style"] == "virtual"
    return f"{endpoint.scheme}://{bucket}.{endpoint.netloc}" if is_virtual else f"{endpoint.scheme}://{endpoint.netloc}"


@cache
def sqs() -> Any:
    """A client for SQS that can wait `LONG_POLL_SECONDS` for a message, and keeps a connection for each bulk sender."""
    return _client("sqs", read_timeout=LONG_POLL_SECONDS + 10, max_pool_connections=16)


@cache
def firehose() -> Any:
    return _client("firehose")


@cache
def functions() -> Any:
    """A client for Lambda."""
    return _client("lambda")


@cache
def athena() -> Any:
    return _client("athena")


@cache
def dynamodb() -> Any:
    return _client("dynamodb")


def _client(service: str, endpoint: str | None = None, **options: Any) -> Any:
    """Raises Misconfigured here rather than at the first call when boto3 knows no region or no credentials."""
    session = boto3.Session()
    if not session.region_name:
        raise Misconfigured("AWS has no region. Set AWS_DEFAULT_REGION, for example to eu-west-1.")
    if session.get_credentials() is None:
        raise Misconfigured("AWS has no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    return session.client(service, endpoint_url=endpoint, config=Config(**{**PATIENCE, **options}))
