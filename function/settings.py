"""Every setting, and the only place that reads the environment.

A field of `Settings` is one row of the table: the variable is GLIMPSE_ and the field's name in capitals,
its metadata holds the help text and, where it matters, the choices, the least or the most it may be.
"""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from function.errors import Misconfigured

PREFIX = "GLIMPSE_"
ENGINES = ("litert", "tensorflow")
WriteBack = Literal["off", "tags", "sidecar"]
WRITE_BACK: tuple[WriteBack, ...] = get_args(WriteBack)
_BOOLEANS = {"0": False, "1": True, "false": False, "true": True}


def _setting(default: Any, help: str, **rules: Any) -> Any:
    return field(default=default, metadata={"help": help, **rules})


def _probability(default: float, help: str) -> Any:
    return _setting(default, help, least=0, most=1)


@dataclass(frozen=True)
class Settings:
    engine: str = _setting("litert", "Model runtime: litert (fast, int8) or tensorflow (reference).", choices=ENGINES)
    model: Path = _setting(Path(__file__).parent / "model", "Folder with the model files.")
    beam: int = _setting(5, "Beam width: hypotheses kept at each step of the search.", least=1, most=100)
    threads: int = _setting(0, "Processor threads for the model; 0 means all cores.", least=0)
    hedge_below: float = _probability(
        0.5, "Confidence, 0 to 1, below which a caption is only possible: its alt text begins with Possibly."
    )
    silent_below: float = _probability(
        0.1, "Confidence, 0 to 1, below which there is no alt text: a person has to write one."
    )
    plain_from: float = _probability(
        0.8, "Probability, 0 to 1, of naming nothing that is not in the photo, below which a caption is only possible."
    )
    sentence_from: float = _probability(
        0.5,
        "The same probability, below which the alt text names one thing that is surely there instead, if there is one.",
    )
    thing_from: float = _probability(0.8, "Probability, 0 to 1, from which a thing is surely there.")
    neutral: bool = _setting(False, "1 to write person, people and they instead of words that guess a gender.")
    data: Path = _setting(Path("data"), "Folder where the local server keeps uploads and records.")
    upload_seconds: int = _setting(300, "How long an upload form stays valid, in seconds.", least=1)
    upload_days: int = _setting(
        0,
        "Days until the store deletes an upload, not its record; 0 means never. For a bucket, what its lifecycle says.",
        least=0,
    )
    uploads_bucket: str = _setting("", "Bucket that photos are uploaded to; empty means the data folder.")
    records_bucket: str = _setting("", "Bucket that records are written to; goes with the uploads bucket.")
    queue_url: str = _setting("", "Queue that the local server polls for the uploads of a bucket.")
    upload_origin: str = _setting("", "Scheme and host of the store as browsers reach it, where that differs.")
    waiting: int = _setting(
        1000, "Uploads in the data folder that may wait for their captions; more are refused for a while.", least=1
    )
    hosts: str = _setting(
        "", "Names under which the local server answers beside localhost and IP addresses, with commas between them."
    )
    proxies: str = _setting(
        "", "Addresses or networks of proxies whose X-Forwarded-Prefix is believed, with commas between them."
    )
    daily_photos: int = _setting(
        0, "Photos that the API takes in a day (UTC), over all visitors; 0 means any.", least=0
    )
    key_sha256: str = _setting("", "SHA-256, in hexadecimal, of a key that clients have to give; empty means none.")
    token_issuer: str = _setting(
        "", "Issuer (OpenID Connect) of the tokens that clients have to give instead of a key; empty means none."
    )
    token_audience: str = _setting("", "Audience, or client id, that such a token has to be for.")
    token_origin: str = _setting(
        "", "Scheme and host where the page gets such tokens, if they are not the issuer's; empty means they are."
    )
    origin_secret: str = _setting(
        "",
        "What CloudFront says in X-Glimpse-Origin; other requests are refused. Empty means that all are taken.",
    )
    request_bytes: int = _setting(
        0, "Largest request that what is in front of the API lets through, in bytes; 0 means any.", least=0
    )
    ledger_table: str = _setting(
        "", "Table that functions side by side keep their claims and counts in; empty means this process's memory."
    )
    photo_bucket: str = _setting(
        "", "Bucket of somebody's own whose photos are captioned where they lie; empty means none."
    )
    photo_prefix: str = _setting("", "Beginning of the keys in that bucket that are captioned; empty means all.")
    photo_secret: str = _setting("", "What ids of that bucket's photos are derived with; goes with the bucket.")
    write_back: WriteBack = _setting(
        "off", "How captions are written back beside those photos: off, tags or sidecar.", choices=WRITE_BACK
    )
    rows_stream: str = _setting("", "Stream that rows of changed records are sent to; empty means that there is none.")
    attempts: int = _setting(5, "Deliveries of an event before its queue gives it up, as set on the queue.", least=1)

    def __post_init__(self) -> None:
        if bool(self.uploads_bucket) != bool(self.records_bucket):
            raise Misconfigured("GLIMPSE_UPLOADS_BUCKET and GLIMPSE_RECORDS_BUCKET go together: set both or neither.")
        if bool(self.token_issuer) != bool(self.token_audience):
            raise Misconfigured("GLIMPSE_TOKEN_ISSUER and GLIMPSE_TOKEN_AUDIENCE go together: set both or neither.")
        if bool(self.photo_bucket) != bool(self.photo_secret):
            raise Misconfigured("GLIMPSE_PHOTO_BUCKET and GLIMPSE_PHOTO_SECRET go together: set both or neither.")
        if self.key_sha256 and self.token_issuer:
            raise Misconfigured("GLIMPSE_KEY_SHA256 and GLIMPSE_TOKEN_ISSUER exclude each other: set one or neither.")
        if self.key_sha256 and not re.fullmatch("[0-9a-f]{64}", self.key_sha256):
            raise Misconfigured("GLIMPSE_KEY_SHA256 must be 64 hexadecimal digits, as sha256sum prints them.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read and check all variables. Raises Misconfigured naming the one that is wrong."""
        given = {f.name: environment[PREFIX + f.name.upper()] for f in fields(cls) if _is_set(environment, f)}
        return cls().replaced(**given)

    def replaced(self, **values: Any) -> "Settings":
        """A copy with some values exchanged, each checked like one from the environment."""
        current = {f.name: getattr(self, f.name) for f in fields(self)}
        parsed = {f.name: _parse(f, values[f.name]) for f in fields(self) if f.name in values}
        return Settings(**{**current, **parsed})


class Row(NamedTuple):
    """One line of the settings table, as documentation shows it."""

    variable: str
    default: str
    help: str


def table() -> list[Row]:
    return [Row(PREFIX + f.name.upper(), _shown(f.default), f.metadata["help"]) for f in fields(Settings)]


def _shown(default: Any) -> str:
    """A default as text, as the environment would give it; a path inside the package is shown from the package on."""
    if isinstance(default, bool):
        return str(int(default))
    root = Path(__file__).parent.parent
    is_inside = isinstance(default, Path) and default.is_relative_to(root)
    return str(default.relative_to(root) if is_inside else default) or "(empty)"


def _is_set(environment: Mapping[str, str], setting: Field[Any]) -> bool:
    return environment.get(PREFIX + setting.name.upper(), "") != ""


def _parse(setting: Field[Any], value: Any) -> Any:
    variable = PREFIX + setting.name.upper()
    kind: type[Any] = type(setting.default)
    expected = {bool: "0 or 1", float: "a number"}.get(kind, "a whole number")
    try:
        parsed = _BOOLEANS[str(value).lower()] if kind is bool else kind(value)
    except (KeyError, ValueError):
        raise Misconfigured(f"{variable} must be {expected}, not {value!r}.") from None
    if parsed != parsed:  # "nan" is a float that no limit stops
        raise Misconfigured(f"{variable} must be {expected}, not {value!r}.")
    choices, least, most = (setting.metadata.get(rule) for rule in ("choices", "least", "most"))
    if choices and parsed not in choices:
        raise Misconfigured(f"{variable} must be one of {', '.join(choices)}, not {value!r}.")
    if least is not None and parsed < least:
        raise Misconfigured(f"{variable} must be at least {least}, not {value!r}.")
    if most is not None and parsed > most:
        raise Misconfigured(f"{variable} must be at most {most}, not {value!r}.")
    return parsed
