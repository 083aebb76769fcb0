"""Firefox and WebKit, each started once, and a page of Glimpse in them. Firefox needs no screen, WebKit has Xvfb's."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.browsers.webdriver import PATIENCE, Http, Marionette, Tab, Transport
from tests.e2e.server import Server

PREFERENCES = {
    "marionette.port": "0",  # any that is free, which it writes into its profile
    "datareporting.policy.dataSubmissionEnabled": "false",
    "browser.download.folderList": "2",
    "browser.download.always_ask_before_handling_new_types": "false",
}
FORGET = """
    localStorage.clear();
    await new Promise((resolve) => (indexedDB.deleteDatabase("glimpse").onsuccess = resolve));
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["firefox", "webkit"])
def tab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    folder = tmp_path_factory.mktemp(request.param)
    with {"firefox": _firefox, "webkit": _webkit}[request.param](folder) as transport:
        transport.send("NewSession")
        transport.send("SetTimeouts", script=PATIENCE * 1000, pageLoad=PATIENCE * 1000)
        yield Tab(transport)
        transport.send("DeleteSession")


@pytest.fixture
def page(tab: Tab, server: Server) -> Tab:
    """Glimpse, opened for the first time."""
    tab.open(f"{server.url}favicon.svg")  # which has no database open
    tab.run(FORGET)
    tab.open(server.url)
    return tab


@contextmanager
def _firefox(profile: Path) -> Iterator[Transport]:
    downloads = {"browser.download.dir": f'"{profile}"'}
    lines = [f'user_pref("{name}", {value});\n' for name, value in {**PREFERENCES, **downloads}.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    program = shutil.which("firefox-esr") or "firefox"
    with _running(program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)):
        port = profile / "MarionetteActivePort"
        _wait(lambda: port.exists() and port.read_text() != "")
        with closing(Marionette(int(port.read_text()))) as transport:
            yield transport


@contextmanager
def _webkit(folder: Path) -> Iterator[Transport]:
    with ExitStack() as stack, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        display = stack.enter_context(_screen())
        home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "DISPLAY": display}
        stack.enter_context(_running("WebKitWebDriver", f"--port={port}", **home))
        _wait(lambda: _listens(port))
        yield Http(port)


@contextmanager
def _screen() -> Iterator[str]:
    """The name of an X display of its own, which Xvfb chooses and writes down once it is ready."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as named:
        try:
            yield f":{named.readline().strip()}"
        finally:
            _end(process)


@contextmanager
def _running(*words: str, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        words, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.05)
