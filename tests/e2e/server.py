"""A real local_server.py in a process of its own, which tests can stop and start again."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 60


class Server:
    """Keeps its port and its data from one start to the next, as a restarted service would."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._environment = {**os.environ, **environment}
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Return once the server says on which port it is ready."""
        words = ["local_server.py", "--host", "127.0.0.1", "--port", str(self._port), "--data", str(self._data)]
        # Into a file: a pipe that nobody reads would fill up and block the server.
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        self._port = self._announced_port(self._process)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut or the system's lack of memory would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def _announced_port(self, process: subprocess.Popen[bytes]) -> int:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and process.poll() is None:
            ready = re.search(r"http://127\.0\.0\.1:(\d+)", self._log.read_text(errors="replace"))
            if ready:
                return int(ready[1])
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"local_server.py did not start:\n{self._log.read_text(errors='replace')}")
