"""Answers that the server cannot be made to give on demand."""

import itertools
import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

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
    """Real records with another caption."""
    return changing(**_said(caption, alt_text, certainty, confidence))


def describe_at_once(page: Page, torn_below: int) -> None:
    """Answers in the server's place, without its model: files of fewer bytes than `torn_below` are damaged photos."""
    numbers = itertools.count(1)
    torn: set[str] = set()

    def grant(route: Route) -> None:
        id = f"{next(numbers):032x}"
        if (route.request.post_data_json or {})["size"] < torn_below:
            torn.add(id)
        form = {"url": "/uploads", "fields": {}}
        times = {"expires_in": 300, "max_bytes": 20 * 1024**2}
        answer(route, 201, {"id": id, "upload": form, "caption_url": f"/api/captions/{id}", **times})

    def read(route: Route) -> None:
        id = route.request.url.rpartition("/")[2]
        said = _said("a dog runs through the grass", "A dog runs through the grass.", "likely", 0.8)
        record = {"status": "captioned", "language": "en", "alternatives": [], **said, "neutral": None}
        failure = {"status": "failed", "error": {"code": "corrupt_image", "message": "This photo is damaged."}}
        answer(route, 200, {"id": id, "created_at": "2026-11-24T00:00:00Z", **(failure if id in torn else record)})

    page.route("**/uploads", lambda route: route.fulfill(status=204))
    page.route("**/api/uploads", grant)
    page.route(CAPTIONS, read)


def _said(caption: str, alt_text: str, certainty: str, confidence: float) -> dict[str, Any]:
    """Fields of a record; a caption's words stand in the alt text wherever they occur in it, in order."""
    words = []
    end = alt_text.find(" ") if certainty == "possible" else 0
    for word in caption.split():
        start = alt_text.lower().find(word.lower(), end) if certainty != "none" else -1
        end = start + len(word) if start >= 0 else end
        place = {"start": start, "end": end} if start >= 0 else {"start": None, "end": None}
        words.append({"word": word, **place, "probability": 0.5, "attention": ATTENTION})
    tags = [{"word": words[-1]["word"], "probability": 0.5}]
    fields = {"caption": caption, "alt_text": alt_text, "certainty": certainty, "confidence": confidence}
    return {**fields, "words": words, "tags": tags, **({"alternatives": []} if certainty == "none" else {})}
