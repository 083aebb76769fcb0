"""Lambda's event source mapping for a server: polls a store's events and calls the captioner with them."""

import logging
import threading
import time
from collections.abc import Sequence

from function.app import App
from function.aws import events
from function.storage.base import Message

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 5
LONGEST_SECONDS = 120
"""A photo takes a few seconds; one that is under way for longer holds up all that wait behind it."""


class Poller:
    """Captions what the event source of the application's store tells of, on a thread of its own.

    Raises Misconfigured when the store has no event source.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._source = app.storage.source(app.settings.attempts)
        self._thread: threading.Thread | None = None
        self._begun: float | None = None  # when the messages at hand were received
        self._fault = ""

    def start(self) -> None:
        """Return at once, and go on until the process ends."""
        self._thread = threading.Thread(target=self._run, name="captioner", daemon=True)
        self._thread.start()
        self._app.checks.append(self.trouble)

    def trouble(self) -> str:
        """Why uploads are not being captioned, in words for whoever asks for health; "" while they are."""
        begun = self._begun
        if self._thread is None or not self._thread.is_alive():
            return "The thread that captions uploads has stopped. Restart the server."
        if begun is not None and time.monotonic() - begun > LONGEST_SECONDS:
            return f"One upload has been under way for over {LONGEST_SECONDS} seconds. Restart the server."
        return self._fault

    def poll(self) -> None:
        """Wait a while for messages, caption what they speak of, and settle each."""
        messages = self._source.receive()
        if messages:
            self._begun = time.monotonic()
            try:
                self._handle(messages)
            finally:
                self._begun = None

    def _handle(self, messages: Sequence[Message]) -> None:
        failed = {message["messageId"] for message in messages}
        try:
            response = events.handle(self._app, {"Records": list(messages)}) or {}
            failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        finally:
            for message in messages:
                self._source.settle(message, done=message["messageId"] not in failed)

    def _run(self) -> None:
        while True:
            try:
                self.poll()
                self._fault = ""
            except BaseException:  # whatever it is, the next upload may go well: this thread is all there is
                logger.exception("the events of uploads could not be handled")
                self._fault = "The events of uploads cannot be handled; the log says why. They are tried again."
                time.sleep(PAUSE_SECONDS)
