"""AWS's Lambda Runtime Interface Emulator on loopback, running one of the functions under awslambdaric."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECONDS = 120  # the machine may be busy with other things


class Emulator:
    """A function in its execution environment; a context manager. `output` is what its log group would hold."""

    def __init__(self, handler: str, environment: dict[str, str], log: Path) -> None:
        [binary] = ROOT.glob(".sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64")
        self._port, runtime_port = _free_port(), _free_port()
        addresses = [
            f"--runtime-interface-emulator-address=127.0.0.1:{self._port}",
            f"--runtime-api-address=127.0.0.1:{runtime_port}",
        ]
        self._command = [str(binary), *addresses, sys.executable, "-m", "awslambdaric", handler]
        self._environment = {**os.environ, **environment}
        self._log = log

    def __enter__(self) -> "Emulator":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, 9)  # the emulator and the runtime that it started
        self._process.wait()

    def invoke(self, event: object) -> Any:
        """What the function answered. An error is an answer, too: the emulator's status is always 200."""
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                request = urllib.request.Request(url, json.dumps(event).encode())
                with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                    return json.load(answer)
            except urllib.error.URLError:
                assert time.monotonic() < deadline, self.output
                time.sleep(0.05)

    @property
    def output(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The function's own lines: JSON, logs and metrics alike."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
