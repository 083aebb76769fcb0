"""Lambda's event source mapping for a server: polls a store's events and calls the captioner with them."""

import logging
import threading
import time

from function.app import App
from function.aws import events

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 5


class Poller:
    """Captions what the event source of the application's store tells of, on a thread of its own.

    Raises Misconfigured when the store has no event source.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._source = app.storage.source(app.settings.attempts)

    def start(self) -> None:
        """Return at once, and go on until the process ends."""
        threading.Thread(target=self._run, name="captioner", daemon=True).start()

    def poll(self) -> None:
        """Wait a while for messages, caption what they speak of, and settle each."""
        messages = self._source.receive()
        if not messages:
            return
        response = events.handle(self._app, {"Records": list(messages)}) or {}
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        for message in messages:
            self._source.settle(message, done=message["messageId"] not in failed)

    def _run(self) -> None:
        while True:
            try:
                self.poll()
            except Exception:
                logger.exception("the events of uploads could not be read")
                time.sleep(PAUSE_SECONDS)
