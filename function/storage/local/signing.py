"""The keys that upload forms are signed with: two files of the data folder, of which the newer one signs.

`signing-key` is made on first use. `rotate` puts a new one in its place and keeps the old one as
`signing-key.previous`, so that forms that are out already stay valid until the next rotation. A running server
notices. Two rotations end every form that is out.
"""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from function.errors import Forbidden, Misconfigured
from function.storage.local.files import replacing

KEY_BYTES = 32
CURRENT = "signing-key"
PREVIOUS = "signing-key.previous"
State = tuple[tuple[int, int], ...]


class Signer:
    """Signs policies with the current key of a folder, and reads those that it or the previous one signed.

    Raises Misconfigured for a key file that was cut off, OSError for one that cannot be read or made.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._started = time.time() - time.monotonic()
        self._state: State = ()
        self._keys()

    def sign(self, policy: Mapping[str, Any], seconds: int) -> str:
        """A token that tells the policy for so many seconds."""
        return str(self._keys().dumps({**policy, "expires": self._now() + seconds}))

    def read(self, token: str) -> Mapping[str, Any]:
        """The policy of a token. Raises Forbidden for one that is altered, forged or over."""
        try:
            policy: Mapping[str, Any] = self._keys().loads(token)
            expires = float(policy["expires"])
        except BadData:
            raise Forbidden("The upload form is missing or was altered. Ask for a new one.") from None
        if self._now() > expires:
            raise Forbidden("The upload form has expired. Ask for a new one.")
        return policy

    def _now(self) -> float:
        """Seconds since 1970 as the clock told when this process began, which no change of the clock moves since."""
        return self._started + time.monotonic()

    def _keys(self) -> URLSafeSerializer:
        """The signer of the keys as they are now."""
        state = tuple(_identity(self._root / name) for name in (PREVIOUS, CURRENT))
        if state != self._state:
            if not (self._root / CURRENT).exists():
                _write(self._root / CURRENT, secrets.token_bytes(KEY_BYTES))
            keys = [_read(self._root / name) for name in (PREVIOUS, CURRENT) if (self._root / name).exists()]
            self._serializer = URLSafeSerializer(keys, salt="upload")  # the last one signs
            self._state = state
        return self._serializer


def rotate(root: Path) -> None:
    """Sign with a new key from now on; the one before stays valid, the one before that ends. Raises as Signer does."""
    if (root / CURRENT).exists():
        _write(root / PREVIOUS, _read(root / CURRENT))
    _write(root / CURRENT, secrets.token_bytes(KEY_BYTES))


def _identity(path: Path) -> tuple[int, int]:
    """What changes when another file takes the place of this one; zeros where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_ino, status.st_mtime_ns


def _write(path: Path, key: bytes) -> None:
    with replacing(path) as file:
        file.write(key)


def _read(path: Path) -> bytes:
    """The key in a file. A short one would let anybody forge a form."""
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"{path} is damaged. Delete it: forms that it signed end, and a new key is made on start.")
    return key
