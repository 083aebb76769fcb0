"""Containers of the image, and HTTP to them; each is reached on a loopback port of its own."""

import json
import platform
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from tests.image.building import ROOT, podman

SECONDS_TO_START = 120
LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096")
"""Podman's own are higher than a container that runs the tests may set."""
INVOCATIONS = "/2015-03-31/functions/function/invocations"


class Container:
    """A running container, known by its id."""

    def __init__(self, id: str, port: int) -> None:
        self.id = id
        self.url = f"http://{podman('port', id, str(port)).strip()}"

    def execute(self, *words: str) -> str:
        return podman("exec", self.id, *words)

    def inspect(self, field: str) -> Any:
        return json.loads(podman("inspect", "--format", f"{{{{json .{field}}}}}", self.id))

    def stop(self) -> None:
        """As `docker stop` does: the image's stop signal, and SIGKILL (exit code 137) if that does not help."""
        podman("stop", "--time", "60", self.id)

    def post(self, path: str, body: bytes, content_type: str = "application/json") -> Any:
        return self._answer(urllib.request.Request(self.url + path, body, {"Content-Type": content_type}))

    def get(self, path: str) -> Any:
        return self._answer(urllib.request.Request(self.url + path))

    def _answer(self, request: urllib.request.Request) -> Any:
        """The JSON of an answer; a server that does not listen yet is given its time to start."""
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                with urllib.request.urlopen(request, timeout=SECONDS_TO_START) as response:
                    return json.loads(response.read() or b"null")
            except urllib.error.HTTPError as error:
                raise RuntimeError(f"{error.status} {error.read().decode()}\n{podman('logs', self.id)}") from error
            except (OSError, HTTPException) as error:
                if time.monotonic() > deadline or not self.inspect("State.Running"):
                    raise RuntimeError(f"no answer\n{podman('logs', self.id)}") from error
                time.sleep(0.1)


@contextmanager
def web(image: str, *options: str) -> Iterator[Container]:
    """`docker run OPTIONS image`, with port 5000 published."""
    with _running(5000, *options, image) as container:
        yield container


@contextmanager
def function(image: str, handler: str) -> Iterator[Container]:
    """A Lambda function of the image under AWS's runtime interface emulator, as `sam local invoke` starts it.

    Like Lambda it gets a user that the image has never heard of, and nothing to write to but /tmp.
    """
    machine = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    emulators = list(ROOT.glob(f".sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}"))
    assert emulators, "The emulator comes with AWS SAM: make .sam/ready"
    as_emulator = ["--volume", f"{emulators[0]}:/emulator:ro", "--entrypoint", "/emulator"]
    as_in_lambda = ["--read-only", "--tmpfs", "/tmp", "--user", "993:990"]
    with _running(8080, *as_emulator, *as_in_lambda, image, "/app/entrypoint", handler) as container:
        yield container


@contextmanager
def _running(port: int, *words: str) -> Iterator[Container]:
    network = ["--network", "slirp4netns", "--publish", f"127.0.0.1::{port}"]
    id = podman("run", "--detach", *LIMITS, *network, *words).strip()
    try:
        yield Container(id, port)
    finally:
        podman("rm", "--force", "--time", "0", id)
