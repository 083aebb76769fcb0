"""Every way a request can fail: a stable code, an HTTP status and a message that says what to do next.

A leaf: imports nothing of Glimpse. Entry points turn a `GlimpseError` into an answer with `as_dict`;
anything else that is raised is an internal fault and becomes an `InternalError`, its details only logged.
"""

from collections.abc import Iterable
from typing import ClassVar


class GlimpseError(Exception):
    """Something the caller can be told: `code` never changes, `message` is a sentence for people.

    `headers` are those that HTTP wants beside the status.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.headers: dict[str, str] = {}

    def as_dict(self) -> dict[str, dict[str, str]]:
        """The one JSON shape of every error: `{"error": {"code", "message"}}`."""
        return {"error": {"code": self.code, "message": self.message}}


class BadRequest(GlimpseError):
    status = 400
    code = "bad_request"


class Unauthorized(GlimpseError):
    status = 401
    code = "unauthorized"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(GlimpseError):
    status = 403
    code = "forbidden"


class NotFound(GlimpseError):
    status = 404
    code = "not_found"


class MethodNotAllowed(GlimpseError):
    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: Iterable[str]) -> None:
        """`allowed` are the methods that the address does answer."""
        methods = ", ".join(sorted(allowed))
        super().__init__(f"This address only answers {methods} requests.")
        self.headers = {"Allow": methods}


class PayloadTooLarge(GlimpseError):
    status = 413
    code = "payload_too_large"


class UnsupportedFormat(GlimpseError):
    status = 415
    code = "unsupported_format"


class EmptyImage(GlimpseError):
    status = 422
    code = "empty_image"


class CorruptImage(GlimpseError):
    status = 422
    code = "corrupt_image"


class TooManyPixels(GlimpseError):
    status = 422
    code = "too_many_pixels"


class ImageTooSmall(GlimpseError):
    status = 422
    code = "image_too_small"


class TooManyRequests(GlimpseError):
    status = 429
    code = "too_many_requests"

    def __init__(
        self,
        retry_after: int,
        message: str = "Many photos are waiting for their captions. Try again in a few seconds.",
    ) -> None:
        """`retry_after` is how long to wait before the next try, in seconds."""
        super().__init__(message)
        self.headers = {"Retry-After": str(retry_after)}


class DailyLimit(GlimpseError):
    status = 429
    code = "daily_limit"

    def __init__(self, retry_after: int) -> None:
        """`retry_after` is how long the day still is, in seconds."""
        super().__init__("This site has taken all the photos that it takes in a day. Please come back tomorrow.")
        self.headers = {"Retry-After": str(retry_after)}


class InternalError(GlimpseError):
    def __init__(self, message: str = "Something went wrong on our side. Please try again in a moment.") -> None:
        super().__init__(message)


class Unavailable(GlimpseError):
    status = 503
    code = "unavailable"


class Misconfigured(Exception):
    """A fault that only the operator can correct (a setting, a model file): names its cause and the remedy.

    Not a `GlimpseError`: its message may carry paths, so a client is told `internal_error` instead.
    """
