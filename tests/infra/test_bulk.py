"""`infra/backfill`: what lies in a bucket, or in its inventory, sent, paused, gone on with."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infra.bulk import messages
from infra.bulk import state as states
from infra.bulk.inventory import Inventory, Unusable
from infra.bulk.send import send_all
from infra.bulk.source import Listing, Source
from infra.bulk.state import State, Wishes
from tests.infra.owners_bucket import BUCKET, FORMATS, KEYS, OTHERS, plan, put_inventory, rows


def all_of(source: Source) -> list[tuple[str, int, str]]:
    return sorted((p.key, p.size, p.etag) for part in source.parts() for p in source.photos(part, ""))


# Lists of photos


@pytest.mark.parametrize("kind", FORMATS)
def test_an_inventory_is_read_in_every_format(bucket: Any, kind: str) -> None:
    inventory = Inventory(put_inventory(bucket, kind, rows([*KEYS[:3], *OTHERS]), rows(KEYS[3:])), BUCKET, "photos/")
    assert all_of(inventory) == sorted((key, 7, "e") for key in KEYS)
    first, second, _ = inventory.photos(inventory.parts()[0], "")
    assert next(inventory.photos(inventory.parts()[0], first.cursor)).key == second.key


def test_an_inventory_of_another_bucket_is_refused(bucket: Any) -> None:
    with pytest.raises(Unusable, match="not another"):
        Inventory(put_inventory(bucket, "CSV", rows(KEYS)), "another", "")


@pytest.mark.usefixtures("bucket")
def test_a_bucket_is_listed_folder_by_folder() -> None:
    listing = Listing(BUCKET, "photos/")
    assert listing.parts() == [Listing.LOOSE, "photos/2025/", "photos/2026/"]
    assert [key for key, _, _ in all_of(listing)] == sorted(KEYS)
    assert [p.key for p in listing.photos("photos/2025/", "photos/2025/a b.jpg")] == ["photos/2025/é+.png"]
    assert len({etag for _, _, etag in all_of(listing)}) == len(KEYS)


# Sending


@pytest.mark.usefixtures("bucket")
def test_every_photo_is_sent_once(sent: list[str], tmp_path: Path) -> None:
    state = State(tmp_path / "state.json", plan())
    send_all(Listing(BUCKET, "photos/"), state, Wishes(state.file))
    assert sorted(sent) == sorted(KEYS)
    assert (state.phase, state.sent) == ("sent", len(KEYS))


def test_a_paused_backfill_goes_on_where_it_was(
    bucket: Any, sent: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "_PAUSE_SECONDS", 0)
    keys = [f"photos/{number:03}.jpg" for number in range(200)]
    source = Inventory(put_inventory(bucket, "CSV", rows(keys)), BUCKET, "photos/")
    state = State(tmp_path / "state.json", plan())
    wishes = Wishes(state.file)
    send_all(source, state, wishes, lambda _: wishes.make("pause"))
    assert state.phase == "paused"
    assert 0 < len(sent) < 200
    again = State.read(state.file)
    assert again
    wishes.clear()
    send_all(source, again, Wishes(state.file))
    assert (again.phase, again.sent) == ("sent", 200)
    assert Counter(sent) == dict.fromkeys(keys, 1)


@pytest.mark.usefixtures("bucket")
def test_a_queue_that_refuses_stops_it_and_what_was_sent_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str, __: list[str]) -> None:
        raise messages.Refused("enough")

    monkeypatch.setattr(messages, "send", refuse)
    state = State(tmp_path / "state.json", plan())
    with pytest.raises(messages.Refused):
        send_all(Listing(BUCKET, "photos/"), state, Wishes(state.file))
    again = State.read(state.file)
    assert again
    assert (again.phase, again.sent) == ("sending", 0)
