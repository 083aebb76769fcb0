"""How far a backfill is, in a file that survives whoever runs it, and what was asked of it meanwhile."""

import json
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Phase = Literal["sending", "paused", "sent", "cancelled"]
Wish = Literal["pause", "cancel"]
_PAUSE_SECONDS = 1.0
"""How often the file is written at most: what was sent since may be sent again after a crash."""


@dataclass
class Part:
    """How far one part of the source is."""

    cursor: str = ""
    sent: int = 0
    is_done: bool = False


@dataclass
class Plan:
    """What a backfill was asked to do."""

    bucket: str
    prefix: str
    inventory: str
    queue_url: str
    concurrency: int
    photos: int
    started_at: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


class State:
    """The file of one backfill, written by the process that sends and read by any other. Safe for many threads."""

    def __init__(self, file: Path, plan: Plan, phase: Phase = "sending", parts: dict[str, Part] | None = None) -> None:
        self.file, self.plan, self.phase = file, plan, phase
        self._parts = parts or {}
        self._lock = threading.Lock()
        self._written = 0.0

    @classmethod
    def read(cls, file: Path) -> "State | None":
        """The backfill in a file; None where there is none."""
        if not file.exists():
            return None
        kept = json.loads(file.read_text(encoding="utf-8"))
        parts = {name: Part(**part) for name, part in kept["parts"].items()}
        return cls(file, Plan(**kept["plan"]), kept["phase"], parts)

    @property
    def sent(self) -> int:
        with self._lock:
            return sum(part.sent for part in self._parts.values())

    def part(self, name: str) -> Part:
        with self._lock:
            return self._parts.setdefault(name, Part())

    def advance(self, name: str, cursor: str, count: int) -> None:
        """Note that `count` more photos of a part were sent, up to a cursor."""
        with self._lock:
            part = self._parts[name]
            part.cursor, part.sent = cursor, part.sent + count
            if time.monotonic() - self._written > _PAUSE_SECONDS:
                self._keep()

    def finish(self, name: str) -> None:
        with self._lock:
            self._parts[name].is_done = True
            self._keep()

    def enter(self, phase: Phase) -> None:
        with self._lock:
            self.phase = phase
            self._keep()

    def _keep(self) -> None:
        parts = {name: asdict(part) for name, part in self._parts.items()}
        new = self.file.with_suffix(".part")
        new.write_text(json.dumps({"plan": asdict(self.plan), "phase": self.phase, "parts": parts}), encoding="utf-8")
        new.replace(self.file)
        self._written = time.monotonic()


class Wishes:
    """What another process asks of the one that sends, in a file beside the state."""

    def __init__(self, state: Path) -> None:
        self._file = state.with_suffix(".wish")

    def make(self, wish: Wish) -> None:
        self._file.write_text(wish, encoding="utf-8")

    def clear(self) -> None:
        self._file.unlink(missing_ok=True)

    def look(self) -> str:
        """The wish there is, "" while there is none."""
        try:
            return self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
