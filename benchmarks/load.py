"""Measure the local server under load: captions a second, how long clients wait, and whether health still answers.

    python -m benchmarks.load             about 10 minutes on two free cores
    python -m benchmarks.load --short     about one minute, to see that it works

Clients send photos to POST /api/caption and wait for the answer before they send the next one; one that is refused
(429) waits as long as it is told and tries again, and that time counts. Meanwhile GET /api/health is asked ten times a
second. A server captions one photo at a time, with GLIMPSE_THREADS threads; two processes are two servers, each with
a folder of its own and half of the clients. Prints a Markdown table: times in milliseconds, memory resident, in MB.
"""

import argparse
import http.client
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

PHOTOS = [path.read_bytes() for path in sorted(Path("tests/photos").glob("*.jpg"))]
CLIENTS = (1, 4, 16, 64)
HEALTH_SECONDS = 0.1
PATIENCE_SECONDS = 120
COLUMNS = ("processes × threads", "clients", "captions", "captions/s", "p50", "p95", "p99", "refused")
HEALTH_COLUMNS = ("health p50", "p95", "p99", "memory")


class Server(NamedTuple):
    """A local server in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def resident(self) -> int:
        """MB of memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


class Load(NamedTuple):
    """What was measured while clients sent photos; times in milliseconds."""

    captions: int
    seconds: float
    waits: list[float]
    refused: int
    health: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captions", type=int, default=400, help="captions of each row (default: 400)")
    parser.add_argument("--many", type=int, default=2000, help="captions after which memory is told (default: 2,000)")
    parser.add_argument("--short", action="store_true", help="40 captions a row, 100 for memory")
    args = parser.parse_args()
    captions, many = (40, 100) if args.short else (args.captions, args.many)
    cores = os.cpu_count() or 1
    print(_row([*COLUMNS, *HEALTH_COLUMNS]), _row(["---"] * len(COLUMNS + HEALTH_COLUMNS)), sep="\n", flush=True)
    with serving(1, cores) as servers:
        for clients in CLIENTS:
            report(servers, cores, clients, captions)
    for processes, threads in ((1, 1), (2, 1)):
        with serving(processes, threads) as servers:
            report(servers, threads, 16, captions)
    with serving(1, cores) as servers:
        report(servers, cores, 16, many)


def report(servers: Sequence[Server], threads: int, clients: int, captions: int) -> None:
    """Measure, and print the row."""
    load = measure([server.address for server in servers], clients, captions)
    memory = " + ".join(str(server.resident()) for server in servers)
    measured = [f"{load.captions / load.seconds:.1f}", *percentiles(load.waits), load.refused]
    print(_row([f"{len(servers)} × {threads}", clients, load.captions, *measured, *percentiles(load.health), memory]))
    sys.stdout.flush()


@contextmanager
def serving(processes: int, threads: int) -> Iterator[list[Server]]:
    """Servers that have each captioned one photo."""
    with ExitStack() as stack:
        servers = [stack.enter_context(_started(threads)) for _ in range(processes)]
        for server in servers:
            measure([server.address], 1, 1)
        yield servers


@contextmanager
def _started(threads: int) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "local_server.py", "--port", "0", "--data", data]
        environment = {**os.environ, "GLIMPSE_THREADS": str(threads)}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        assert process.stdout is not None
        with process, process.stdout as announced:
            try:
                ready = re.search(r"http://(\S+)", announced.readline())
                if ready is None:
                    raise SystemExit("local_server.py did not start")
                yield Server(process, ready[1])
            finally:
                process.terminate()


def measure(addresses: Sequence[str], clients: int, captions: int) -> Load:
    """So many clients, spread over the servers, have so many photos captioned together."""
    turns = itertools.count()
    done = threading.Event()

    def client(number: int) -> tuple[list[float], int]:
        return _send(addresses[number % len(addresses)], turns, captions)

    with ThreadPoolExecutor(clients + 1) as pool:
        health = pool.submit(_ask_health, addresses[0], done)
        started = time.perf_counter()
        try:
            results = list(pool.map(client, range(clients)))
        finally:
            done.set()
        seconds = time.perf_counter() - started
    waits = [wait for part, _ in results for wait in part]
    return Load(len(waits), seconds, waits, sum(refused for _, refused in results), health.result())


def _send(address: str, turns: Iterator[int], captions: int) -> tuple[list[float], int]:
    """One client: the wait for each of its captions, and how often it was refused."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
    waits, refused = [], 0
    while (turn := next(turns)) < captions:
        started = time.perf_counter()
        while (pause := _caption(connection, PHOTOS[turn % len(PHOTOS)])) is not None:
            refused += 1
            time.sleep(pause)
        waits.append((time.perf_counter() - started) * 1000)
    connection.close()
    return waits, refused


def _caption(connection: http.client.HTTPConnection, photo: bytes) -> int | None:
    """Have one photo captioned; seconds to wait where the server is busy."""
    connection.request("POST", "/api/caption", photo, {"Content-Type": "image/jpeg"})
    answer = connection.getresponse()
    content = json.loads(answer.read())
    if answer.status == 429:
        return int(answer.headers["Retry-After"])
    if content.get("status") != "captioned":
        raise SystemExit(f"the server answered {answer.status}: {content}")
    return None


def _ask_health(address: str, done: threading.Event) -> list[float]:
    """Milliseconds of each answer until `done`."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
    times: list[float] = []
    while not times or not done.wait(HEALTH_SECONDS):
        started = time.perf_counter()
        connection.request("GET", "/api/health")
        answer = connection.getresponse()
        if answer.status != 200:
            raise SystemExit(f"health answered {answer.status}: {answer.read().decode()}")
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
    connection.close()
    return times


def percentiles(values: Sequence[float]) -> list[str]:
    """The 50th, 95th and 99th, as text."""
    cuts = statistics.quantiles(values, n=100, method="inclusive") if len(values) > 1 else [*values] * 99
    return [f"{cuts[at - 1]:.0f}" for at in (50, 95, 99)]


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
