"""waitress, with limits on what one client can take of it: bytes, time and connections.

What waitress refuses itself is told as the API tells its errors. Durations are measured on the monotonic clock, which
waitress does not do: a wall clock that is put forward would end every upload that is under way. Imports waitress, so
only what serves imports this.
"""

import math
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, ClassVar

from waitress import utilities
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from function.errors import BadRequest, GlimpseError, InternalError, TooManyRequests
from function.images import formats
from function.settings import Settings
from function.web import dispatch
from function.web.access.proxies import Proxies

LIMITS = {
    "threads": 32,  # requests answered at once; captions take turns, at most 16 of these wait for one
    "connection_limit": 500,  # below the 1,024 files that a process may usually have open
    "channel_timeout": 300,  # seconds that a request may take to arrive, as long as its upload form is valid
    "max_request_body_size": 2 * formats.MAX_BYTES,  # a body between the limit and this is read, then refused
}
"""What clients can take of the server, as waitress calls it."""
CONNECTIONS_PER_ADDRESS = 100
"""Of the connections above; a proxy that is trusted may have them all, and has to limit its own clients."""
DISCARD_SECONDS = 30
"""How long the rest of a refused request is read and dropped, so that its client gets to read why it was refused."""
RETRY_AFTER_SECONDS = 5
_IPV6_SUBSCRIBER = 64  # bits of an IPv6 address that tell one subscriber from another


def bound(application: Any, settings: Settings, headers: dict[str, str], host: str, port: int) -> Any:
    """A server that has its port, at each address that the host's name has; `run` serves. Raises OSError.

    `headers` go with what it refuses itself.
    """
    adjustments = Adjustments(host=host, port=port, **LIMITS)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adjustments.threads)
    connections: dict[int, Any] = {}  # shared: the loop of one server is the loop of all
    servers = [
        Server(application, connections, dispatcher=dispatcher, adj=adjustments, sockinfo=listening)
        for listening in adjustments.listen
    ]
    for server in servers:
        server.is_trusted = Proxies(settings).is_trusted
        server.headers = headers
    return servers[0]


class Connection(HTTPChannel):  # type: ignore[misc]
    """A client's connection, on which a request that drips in is no activity: it has `channel_timeout` to arrive."""

    _discards = False  # the request was refused; what follows of it is dropped
    _is_shut = False  # and its answer was sent
    close_when_flushed: bool

    @property
    def last_activity(self) -> float:
        """When something happened, by the monotonic clock, whatever clock waitress sets it by."""
        return self._active

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        if not self._is_shut:  # the thread that wrote the answer may come later than the one that sent and shut it
            self._active = time.monotonic()

    def refuse(self) -> None:
        """From now on read nothing more, but let the client send the rest before the connection ends."""
        self._discards = True

    def handle_read(self) -> None:
        if self._is_shut:
            self.recv(self.adj.recv_bytes)  # closes at the end
            return
        begun = self._active if self.request else None
        super().handle_read()
        if self.request and begun:
            self._active = begun

    def handle_write(self) -> None:
        if not (self._discards and self.close_when_flushed):
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            self.close_when_flushed = False
            self._shut()

    def send_continue(self) -> None:
        """Ask for no body that is refused already."""
        if self.request.error is None:
            super().send_continue()

    def _shut(self) -> None:
        """End the answer. Closing instead would reset the connection, and a client that still sends lose the answer."""
        self._is_shut = True
        self._active = time.monotonic() - self.adj.channel_timeout + DISCARD_SECONDS
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # the client is gone
            self.handle_close()


class Refusal(ErrorTask):  # type: ignore[misc]
    """What waitress refuses, in the one shape of every error."""

    def execute(self) -> None:
        status, headers, body = _answer(_translated(self.request.error), self.channel.server.headers)
        self.status = status
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.refuse()
        self.write(body)


Connection.error_task_class = Refusal


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Accepts connections, so many for each address."""

    channel_class = Connection
    next_channel_cleanup: ClassVar[float] = math.inf  # by the wall clock; `readable` does it by the other one
    is_trusted: Callable[[str], bool]
    headers: dict[str, str]
    _next_cleanup = 0.0

    def readable(self) -> bool:
        now = time.monotonic()
        if now >= self._next_cleanup:
            self._next_cleanup = now + self.adj.cleanup_interval
            self.maintenance(now)
        is_open: bool = super().readable()
        return is_open

    def accept(self) -> tuple[socket.socket, Any] | None:
        """The next connection, None for one that its address has too many of."""
        accepted: tuple[socket.socket, Any] | None = super().accept()
        if accepted is None or not self._is_over_limit(accepted[1][0]):
            return accepted
        self._turn_away(accepted[0])
        return None

    def _is_over_limit(self, address: str) -> bool:
        sender = _sender(address)
        open_now = sum(isinstance(one, Connection) and _sender(one.addr[0]) == sender for one in self._map.values())
        return open_now >= CONNECTIONS_PER_ADDRESS and not self.is_trusted(address)

    def _turn_away(self, connection: socket.socket) -> None:
        message = "Your address has too many connections open. Close some, or try again in a few seconds."
        status, headers, body = _answer(TooManyRequests(RETRY_AFTER_SECONDS, message), self.headers)
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines += [f"Content-Length: {len(body)}", "Connection: close"]
        with connection:
            connection.setblocking(False)
            try:
                connection.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                return  # the client is gone


def _sender(address: str) -> str:
    """Whom an address belongs to: of IPv6 a subscriber has a whole network."""
    ip = ip_address(address.partition("%")[0])
    return str(ip_network((ip, _IPV6_SUBSCRIBER), strict=False)) if isinstance(ip, IPv6Address) else address


def _translated(error: Any) -> GlimpseError:
    match error:
        case utilities.RequestEntityTooLarge():
            return formats.too_large()
        case utilities.RequestHeaderFieldsTooLarge():
            return BadRequest("The headers of the request are too long.")
        case utilities.InternalServerError():
            return InternalError()
    return BadRequest("The request is malformed.")


def _answer(error: GlimpseError, headers: dict[str, str]) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status line, headers and body of a refusal."""
    answer = dispatch.refusal(error)
    status = HTTPStatus(answer.status)
    everything = {**headers, **answer.headers, "Content-Type": answer.content_type or ""}
    return f"{int(status)} {status.phrase}", list(everything.items()), answer.body.encode()
