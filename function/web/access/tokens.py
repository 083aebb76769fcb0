"""Tokens of an issuer of OpenID Connect (RFC 7519, RFC 9068): Cognito's user pools and others."""

import json
from functools import cache
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import jwt

from function.errors import Unauthorized, Unavailable

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
SECONDS = 5
_LEEWAY_SECONDS = 30  # clocks differ


class Issuer:
    """Whom tokens are believed of, and for which audience; the issuer's keys are fetched once and kept for minutes."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetched: jwt.PyJWKClient | None = None

    def check(self, token: str) -> None:
        """Raises Unauthorized for a token that is forged, expired, another issuer's or for another audience, and
        Unavailable while the issuer cannot be asked for its keys.
        """
        try:
            key = self._keys().get_signing_key_from_jwt(token).key
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss"], "verify_aud": False},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise _unreachable() from error
        except jwt.ExpiredSignatureError:
            raise Unauthorized("You were signed in for as long as that lasts. Please sign in again.") from None
        except jwt.PyJWTError:
            raise Unauthorized("This token is not one of this site's. Please sign in again.") from None
        # Cognito's access tokens name the client that they are for in client_id, and have no audience.
        audience = claims.get("aud", claims.get("client_id"))
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise Unauthorized("This token is for another site. Please sign in again.")

    def _keys(self) -> jwt.PyJWKClient:
        if self._fetched is None:
            try:
                address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
                with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 – the operator's own setting
                    self._fetched = jwt.PyJWKClient(json.load(answer)["jwks_uri"], timeout=SECONDS)
            except (URLError, OSError, ValueError, KeyError) as error:
                raise _unreachable() from error
        return self._fetched


def _unreachable() -> Unavailable:
    return Unavailable("The service that signs people in cannot be reached. Please try again in a moment.")


@cache
def issuer(address: str, audience: str) -> Issuer:
    """One for each in this process, with the keys that it has fetched."""
    return Issuer(address, audience)
