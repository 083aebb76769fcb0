"""Who may ask: the one place that decides it, for every door and every route.

Anybody, or who gives a key, or who has a token (a JWT) of an issuer that the settings name. Where CloudFront is in
front of the API, a request has to come through it.
"""

import hashlib
import hmac
from collections.abc import Mapping

from function.errors import Forbidden, Unauthorized
from function.settings import Settings
from function.web.base import Request

ORIGIN_HEADER = "x-glimpse-origin"


def check(settings: Settings, request: Request, *, is_open: bool) -> None:
    """Raises Forbidden for a way round CloudFront, Unauthorized without a good key or token, Unavailable while the
    issuer's keys cannot be had. An open route needs neither key nor token.
    """
    given = request.headers.get(ORIGIN_HEADER, "")
    if settings.origin_secret and not hmac.compare_digest(given.encode(), settings.origin_secret.encode()):
        raise Forbidden("This address answers no requests. Use the address of the page.")
    if is_open or described(settings)["kind"] == "open":
        return
    credentials = _bearer(request.headers)
    if settings.key_sha256:
        if not hmac.compare_digest(hashlib.sha256(credentials.encode()).hexdigest(), settings.key_sha256):
            raise Unauthorized("This key is not the right one. Ask the owner of this site for it.")
        return
    from function.web.access import tokens  # and with it a library of cryptography, where tokens are asked for only

    tokens.issuer(settings.token_issuer, settings.token_audience).check(credentials)


def described(settings: Settings) -> Mapping[str, str]:
    """What a client has to bring, as health tells it: nothing (`open`), a `key`, or a `token` of an issuer."""
    if settings.token_issuer:
        return {"kind": "token", "issuer": settings.token_issuer, "audience": settings.token_audience}
    return {"kind": "key" if settings.key_sha256 else "open"}


def _bearer(headers: Mapping[str, str]) -> str:
    """The credentials of an Authorization header, Bearer CREDENTIALS. Raises Unauthorized without them."""
    kind, _, credentials = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not credentials.strip():
        raise Unauthorized("This site is not open to everybody. Sign in, or give its key.")
    return credentials.strip()
