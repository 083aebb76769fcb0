"""WebDriver (https://www.w3.org/TR/webdriver2/), as far as the tests need it, over two transports.

Debian has WebKit's driver, which speaks it over HTTP, and Firefox without the driver that translates it to Marionette,
the protocol in the browser itself: the same commands with the same parameters, as JSON over a socket.
"""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name of an element's id in WebDriver's JSON
PATIENCE = 60  # seconds; the machine may be busy with other things
SCROLL = "document.querySelector(args[0]).scrollIntoView({ block: 'center', behavior: 'instant' });"
CONTROL, ESCAPE = "\ue009", "\ue00c"  # keys


PATHS = {
    "Navigate": "url",
    "Refresh": "refresh",
    "FindElement": "element",
    "ElementClick": "element/{id}/click",
    "ElementSendKeys": "element/{id}/value",
    "ExecuteAsyncScript": "execute/async",
    "SetTimeouts": "timeouts",
}
"""Below a session's address over HTTP."""


class Refused(Exception):
    """The browser's error to a command: its code and its message."""


class Transport(Protocol):
    def send(self, command: str, **parameters: Any) -> Any:
        """What the browser answers to a command, named as in Marionette without "WebDriver:"."""
        ...


class Marionette:
    """Firefox, started with --marionette."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._latest = 0
        self._receive()  # its greeting

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def send(self, command: str, **parameters: Any) -> Any:
        self._latest += 1
        message = json.dumps([0, self._latest, f"WebDriver:{command}", parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._receive()
        if error:
            raise Refused(error["error"], error["message"])
        return result["value"] if result.keys() == {"value"} else result

    def _receive(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            length += digit
        return json.loads(self._stream.read(int(length)))


class Http:
    """A driver that listens on a port, such as WebKitWebDriver."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/session"

    def send(self, command: str, **parameters: Any) -> Any:
        if command == "NewSession":
            answer = self._ask("POST", self._url, {"capabilities": {"alwaysMatch": parameters}})
            self._url += f"/{answer['sessionId']}"
            return answer
        if command == "DeleteSession":
            return self._ask("DELETE", self._url, None)
        path = PATHS[command].format(id=parameters.pop("id", ""))
        return self._ask("POST", f"{self._url}/{path}", parameters)

    def _ask(self, method: str, url: str, parameters: Any) -> Any:
        body = None if parameters is None else json.dumps(parameters).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            failure = json.load(error)["value"]
            raise Refused(failure["error"], failure["message"]) from error


class Tab:
    """A page in a browser, found by CSS selectors."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def open(self, url: str) -> None:
        self._transport.send("Navigate", url=url)

    def reload(self) -> None:
        """Return once the page is a new one: WebKit's driver may answer before."""
        self.run("window.isOld = true;")
        self._transport.send("Refresh")
        self.wait("!window.isOld")

    def run(self, script: str, *args: Any) -> Any:
        """What the body of a function returns; it may be a promise."""
        wrapped = f"""const done = arguments[arguments.length - 1];
            (async (...args) => {{ {script} }})(...[...arguments].slice(0, -1))
                .then((value) => done([value]), (error) => done([null, String(error)]));"""
        value, *errors = self._transport.send("ExecuteAsyncScript", script=wrapped, args=list(args))
        if errors:
            raise Refused("javascript error", errors[0])
        return value

    def click(self, selector: str, until: str = "") -> None:
        """Press it once it can be pressed; again where the page moved under the pointer and `until` is not yet true."""
        self._retried(lambda: self._press(selector, until))

    def type(self, selector: str, text: str) -> None:
        self._retried(lambda: self._transport.send("ElementSendKeys", id=self._find(selector), text=text))

    def choose(self, selector: str, *files: Path) -> None:
        self.type(selector, "\n".join(map(str, files)))

    def text(self, selector: str) -> list[str]:
        """What is to be read in each of the elements."""
        return list(self.run("return [...document.querySelectorAll(args[0])].map((one) => one.innerText);", selector))

    def wait(self, condition: str, *args: Any) -> Any:
        """Wait until a JavaScript expression is true: its value."""
        return self._retried(lambda: self._true(condition, *args))

    def _press(self, selector: str, until: str) -> None:
        if until and self.run(f"return {until};"):
            return
        self._click(selector)
        if until:
            self._true(until)

    def _click(self, selector: str) -> None:
        element = self._find(selector)
        self._true("!document.querySelector(args[0]).disabled", selector)  # or the press would be lost without a word
        self.run(SCROLL, selector)  # the driver does not wait for the end of a smooth scroll
        self._transport.send("ElementClick", id=element)

    def _true(self, condition: str, *args: Any) -> Any:
        value = self.run(f"return {condition};", *args)
        if not value:
            raise Refused("not yet", f"{condition} is {value}, and the page says:\n{self.text('body')}")
        return value

    def _find(self, selector: str) -> str:
        return str(self._transport.send("FindElement", using="css selector", value=selector)[ELEMENT])

    def _retried(self, task: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return task()
            except Refused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
