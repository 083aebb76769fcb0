"""LocalStack itself, from its Python package, on loopback; tests share one that infra/bootstrap.sh has filled."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
import requests

from tests.e2e.server import Server
from tests.infra.conftest import ROOT, run
from tests.infra.conftest import template as template  # a fixture

PYTHON = ROOT / ".localstack/bin/python"
SERVICES = "cloudformation,cloudwatch,events,iam,logs,s3,secretsmanager,sns,sqs,sts"
REGION = "us-east-1"
UPLOADS, RECORDS = "glimpse-uploads", "glimpse-records"
PATIENCE = 120  # seconds; the machine may be busy with other things


@pytest.fixture(scope="session")
def localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a LocalStack with nothing in it; the environment leads boto3 and `aws` there."""
    if not PYTHON.exists():
        pytest.skip("LocalStack is not installed: it needs Python 3.12 or 3.13 (tests/newer-python looks for one)")
    folder = tmp_path_factory.mktemp("localstack")
    endpoint = f"127.0.0.1:{_free_port()}"
    with pytest.MonkeyPatch.context() as patch, (folder / "log").open("wb") as log:
        for name, value in client_environment(f"http://{endpoint}").items():
            patch.setenv(name, value)
        command = [str(PYTHON), "-m", "localstack.runtime.main"]
        environment = {**os.environ, **_environment(endpoint, folder)}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(lambda: _is_ready(process, endpoint, folder / "log"))
            yield f"http://{endpoint}"
        finally:
            process.kill()  # it keeps nothing, and takes seconds to end by itself
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def client_environment(endpoint: str) -> dict[str, str]:
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    return {**credentials, "AWS_ENDPOINT_URL": endpoint, "PATH": f"{ROOT / '.sam/bin'}:{os.environ['PATH']}"}


def _environment(endpoint: str, folder: Path) -> dict[str, str]:
    """What LocalStack is told: where to listen and keep its files, and to ask nothing of anybody outside."""
    listen = {"GATEWAY_LISTEN": endpoint, "LOCALSTACK_HOST": endpoint, "DNS_ADDRESS": "0"}
    listen |= {"GATEWAY_SERVER": "hypercorn"}  # its other server listens on every interface, whatever it is told
    quiet = {"OVERRIDE_IN_DOCKER": "0", "DISABLE_EVENTS": "1", "SKIP_SSL_CERT_DOWNLOAD": "1", "SERVICES": SERVICES}
    return {**listen, **quiet, "FILESYSTEM_ROOT": str(folder), "LOCALSTACK_VOLUME_DIR": str(folder)}


def _is_ready(process: "subprocess.Popen[bytes]", endpoint: str, log: Path) -> bool:
    assert process.poll() is None, log.read_text(errors="replace")
    try:
        return requests.get(f"http://{endpoint}/_localstack/health", timeout=10).ok
    except requests.ConnectionError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def page(localstack: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a local server on LocalStack's buckets and queue, which infra/bootstrap.sh has made."""
    made = run("bootstrap.sh", AWS=f"aws --endpoint-url {localstack}")
    assert made.returncode == 0, made.stderr
    queue_url = boto3.client("sqs").get_queue_url(QueueName=UPLOADS)["QueueUrl"]
    buckets = {"GLIMPSE_UPLOADS_BUCKET": UPLOADS, "GLIMPSE_RECORDS_BUCKET": RECORDS}
    server = Server(tmp_path_factory.mktemp("server"), **buckets, GLIMPSE_QUEUE_URL=queue_url)
    server.start()
    yield server.url.rstrip("/")
    server.kill()
