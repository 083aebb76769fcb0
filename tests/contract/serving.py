"""The local server in this process, on waitress as `main` has it, over an application of the test's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from waitress import wasyncore

import local_server
from function.app import App


@contextmanager
def serving(app: App) -> Iterator[str]:
    """The address at which the application answers, "http://127.0.0.1:PORT"."""
    server = local_server.bound(local_server.create_app(app), "127.0.0.1", 0)
    loop = threading.Thread(target=server.run)
    loop.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # a loop over nothing ends
        loop.join()
        server.task_dispatcher.shutdown()
