"""What `glimpse serve` answers: photos by id, to this machine's own page, and nothing else."""

import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from collection.captions.background import Background
from collection.captions.pipeline import Pipeline
from collection.index import paths
from collection.index.database import Index
from collection.index.errors import CollectionError
from collection.library import Library
from collection.scan.update import update
from collection.serving.app import create_app
from function.settings import Settings
from tests.collection.conftest import picture, until
from tests.collection.writer import Writer, caption, photo_of


@pytest.fixture
def client(index: Index, folder: Path, writer: Writer) -> FlaskClient:
    caption(index, folder, writer)
    return client_of(index, folder)


def client_of(index: Index, folder: Path, preview: Any = lambda place: b"") -> FlaskClient:
    background = Background(index.file, folder, Writer())  # not started
    return create_app(Library(index.file, preview), background, Settings()).test_client()


def id_of(index: Index, name: str) -> str:
    return str(photo_of(index, name)["id"])


def test_the_page_knows_that_it_shows_a_folder(client: FlaskClient) -> None:
    answer = client.get("/")
    assert "data-folder" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    with client.get("/main.js") as script:
        assert script.status_code == 200


def test_a_page_that_is_not_there_is_told_before_anything_is_served(index: Index, folder: Path) -> None:
    with pytest.raises(CollectionError, match="editable"):
        create_app(Library(index.file), Background(index.file, folder, Writer()), Settings(), folder)


def test_photos_come_by_their_ids_with_their_records(client: FlaskClient, index: Index) -> None:
    ids = client.get("/api/photos/ids?q=wall&sort=name").get_json()["ids"]
    assert ids == [id_of(index, name) for name in ("green.jpg", "red.jpg", "sub/blue.png")]
    photos = client.get(f"/api/photos?ids={ids[2]},{ids[0]},99999,x").get_json()["photos"]
    assert [photo["record"]["alt_text"] for photo in photos] == ["A blue wall.", "A green wall."]
    assert client.get(f"/api/photos/{ids[1]}").get_json()["name"] == "red.jpg"
    assert [p["id"] for p in client.get("/api/photos?sort=name&limit=2").get_json()["photos"]] == ids[:2]


def test_photos_come_by_one_that_they_are_like(client: FlaskClient, index: Index) -> None:
    red, green, blue = (id_of(index, name) for name in ("red.jpg", "green.jpg", "sub/blue.png"))
    assert set(client.get(f"/api/photos/ids?q=like:{red}").get_json()["ids"]) == {green, blue}
    assert client.get(f"/api/photos?q=like:{red}+sub").get_json()["photos"][0]["id"] == blue
    assert client.get("/api/photos/ids?q=like:999").get_json()["ids"] == []


def test_a_question_without_an_answer_says_what_to_ask(client: FlaskClient) -> None:
    answer = client.get("/api/photos/ids?q=gren+wall").get_json()
    assert (answer["ids"], answer["suggestions"]) == ([], [{"misspelt": "gren", "word": "green"}])
    assert answer["fewer"] == [{"q": "wall", "total": 3}]


def test_a_photo_and_its_small_picture_are_sent(client: FlaskClient, index: Index, folder: Path) -> None:
    id = id_of(index, "sub/blue.png")
    with client.get(f"/api/photos/{id}/image") as image:
        assert (image.data, image.mimetype) == ((folder / "sub" / "blue.png").read_bytes(), "image/png")
    small = client.get(f"/api/photos/{id}/thumbnail")
    assert small.mimetype == "image/jpeg"
    again = client.get(f"/api/photos/{id}/thumbnail", headers={"If-None-Match": small.headers["ETag"]})
    assert again.status_code == 304
    assert list((folder / ".glimpse" / "thumbnails").glob("*/*.jpg"))


def test_what_browsers_do_not_show_is_sent_as_jpeg(index: Index, folder: Path, writer: Writer) -> None:
    (folder / "scan.tif").write_bytes(picture("#0000fe", format="TIFF"))
    (folder / "shot.CR2").write_bytes(b"raw data")
    changes = update(index, folder)
    rows = paths.pending(index, changes.root, b"")
    list(Pipeline(index, writer, lambda place: picture("red"), 1).run(changes.root, rows))
    client = client_of(index, folder, lambda place: picture("red"))
    for name in ("scan.tif", "shot.CR2"):
        for part in ("image", "thumbnail"):
            answer = client.get(f"/api/photos/{id_of(index, name)}/{part}")
            with Image.open(BytesIO(answer.data)) as shown:
                assert (answer.mimetype, shown.format, shown.size) == ("image/jpeg", "JPEG", (64, 48))


@pytest.mark.parametrize(
    "path",
    [
        "/api/photos/0",
        "/api/photos/..%2f..%2fetc%2fpasswd/image",
        "/api/photos/red.jpg/image",
        "/api/photos/999/thumbnail",
        "/api/uploads",
        "/.glimpse/index.sqlite3",
        "/../pyproject.toml",
    ],
)
def test_nothing_but_the_photos_of_the_collection_is_sent(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_a_file_that_left_the_collection_is_not_sent(client: FlaskClient, index: Index, folder: Path) -> None:
    id = id_of(index, "red.jpg")
    (folder / "red.jpg").unlink()
    caption(index, folder, Writer())
    assert client.get(f"/api/photos/{id}/image").status_code == 404


@pytest.mark.parametrize("path", ["/", "/main.js", "/api/photos", "/api/photos/1/image"])
def test_other_names_of_this_machine_are_refused(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_origins_are_refused(client: FlaskClient, index: Index, headers: dict[str, str]) -> None:
    id = id_of(index, "red.jpg")
    answer = client.patch(f"/api/photos/{id}", json={"alt_text": "Not ours."}, headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "forbidden")
    assert client.get("/api/photos", headers=headers).status_code == 403
    assert photo_of(index, "red.jpg")["own_text"] == ""
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_the_page_changes_is_kept_in_the_index(client: FlaskClient, index: Index) -> None:
    id = id_of(index, "red.jpg")
    changes = {"alt_text": "Our barn.", "tags": ["barn"], "reviewed": True, "favourite": True}
    answer = client.patch(f"/api/photos/{id}", json=changes, headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.get_json()["text"], answer.get_json()["tags"]) == (200, "Our barn.", ["barn"])
    row = photo_of(index, "red.jpg")
    assert (row["own_text"], row["reviewed"], row["favourite"]) == ("Our barn.", 1, 1)
    client.patch(f"/api/photos/{id}", json={"decorative": True})
    assert client.get(f"/api/photos/{id}").get_json()["text"] == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"path": "x"}'])
def test_a_change_that_is_none_is_refused(client: FlaskClient, index: Index, body: bytes) -> None:
    path = f"/api/photos/{id_of(index, 'red.jpg')}"
    answer = client.patch(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_request")


def test_refusals_of_flask_have_the_shape_of_every_error(client: FlaskClient) -> None:
    assert client.post("/api/photos").get_json()["error"]["code"] == "method_not_allowed"
    too_long = client.patch("/api/photos/1", data=b" " * 70_000, content_type="application/json")
    assert too_long.get_json()["error"]["code"] == "payload_too_large"
    assert client.get("/api/photos?limit=x").get_json()["error"]["code"] == "bad_request"
    assert client.get("/api/photos/ids?sort=x").get_json()["error"]["code"] == "bad_request"


def test_tags_months_folders_and_filters_stand_at_the_side(client: FlaskClient, index: Index) -> None:
    client.patch(f"/api/photos/{id_of(index, 'red.jpg')}", json={"reviewed": True, "favourite": True})
    answer = client.get("/api/tags").get_json()
    assert answer["folders"] == [{"folder": "sub", "photos": 1}]
    assert answer["filters"] == {"all": 3, "missing": 0, "unsure": 0, "failed": 0, "unreviewed": 2, "reviewed": 1}
    assert answer["states"] == {"favourite": 1, "own": 0}
    assert client.get("/api/progress").get_json()["problem"] == ""


def test_an_index_on_a_read_only_medium_is_shown_and_says_why_nothing_is_captioned(
    index: Index, folder: Path, writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caption(index, folder, writer)
    index.close()
    medium = shutil.copytree(folder, tmp_path / "medium")
    shutil.copy(medium / "red.jpg", medium / "new.jpg")
    file = medium / ".glimpse" / "index.sqlite3"
    monkeypatch.setattr(Index, "open", Index.open_read_only)  # as it opens where nothing can be written
    background = Background(file, medium, writer)
    background.start()
    until(lambda: background.progress.problem != "")
    background.stop()
    assert "readonly" in background.progress.problem
    client = create_app(Library(file), background, Settings()).test_client()
    assert len(client.get("/api/photos/ids?q=wall").get_json()["ids"]) == 3
    assert client.get("/api/photos/1/thumbnail").status_code == 200
