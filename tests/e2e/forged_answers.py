"""Answers that the server cannot be made to give on demand."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route

CAPTIONS = "**/api/captions/*"
ATTENTION = "/////" + "A" * 257 + "=="  # 196 bytes


def answer(route: Route, status: int, body: object, **headers: str) -> None:
    route.fulfill(status=status, headers=headers, content_type="application/json", body=json.dumps(body))


def keep_pending(route: Route) -> None:
    answer(route, 202, {"id": "0" * 32, "status": "pending"})


def changing(**fields: Any) -> Callable[[Route], None]:
    """Real records with some fields replaced: nobody can choose how sure the model is."""

    def change(route: Route) -> None:
        response = route.fetch()
        record = response.json()
        captioned = record.get("status") == "captioned"
        route.fulfill(response=response, json={**record, **fields} if captioned else record)

    return change


def worded(caption: str, alt_text: str, certainty: str, confidence: float = 0.4) -> Callable[[Route], None]:
    """Real records with another caption; its words stand in the alt text wherever they occur in it, in order."""
    words = []
    end = alt_text.find(" ") if certainty == "possible" else 0
    for word in caption.split():
        start = alt_text.lower().find(word.lower(), end) if certainty != "none" else -1
        end = start + len(word) if start >= 0 else end
        place = {"start": start, "end": end} if start >= 0 else {"start": None, "end": None}
        words.append({"word": word, **place, "probability": 0.5, "attention": ATTENTION})
    tags = [{"word": words[-1]["word"], "probability": 0.5}]
    fields = {"caption": caption, "alt_text": alt_text, "certainty": certainty, "confidence": confidence}
    if certainty == "none":
        return changing(**fields, words=words, tags=tags, alternatives=[])
    return changing(**fields, words=words, tags=tags)
