"""The local server in this process, on waitress as `main` has it, over an application of the test's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from waitress import wasyncore

import local_server
from function.app import App
from function.web.serving.headers import security_headers
from function.web.serving.server import bound


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The address at which the application answers, "http://127.0.0.1:PORT"."""
    server = bound(local_server.create_app(app), app.settings, security_headers(app), "127.0.0.1", 0)
    with running(server):
        yield f"http://127.0.0.1:{server.effective_port}"


@contextmanager
def running(server: Any) -> Iterator[None]:
    """A server that answers meanwhile."""
    loop = threading.Thread(target=server.run)
    loop.start()
    try:
        yield
    finally:
        with suppress(OSError):  # a loop that was awake has closed the trigger before it is pulled
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # a loop over nothing ends
        loop.join()
        server.task_dispatcher.shutdown()
