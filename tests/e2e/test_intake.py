"""How photos come in: chosen, dropped, pasted, taken, many at once; and what is refused before it is sent."""

import io
import json
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from function.images import formats
from tests.e2e.actions import choose, drop
from tests.e2e.conftest import OpenPage, Snap
from tests.e2e.locators import DOG, PHOTOS, SENTENCE, card, headline, row, sentence
from tests.e2e.server import Server


def test_a_dropped_photo_gets_its_sentence(page: Page) -> None:
    drop(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)


def test_a_pasted_picture_gets_its_sentence(page: Page) -> None:
    page.evaluate(
        """async () => {
            const image = document.querySelector(".example img");
            await image.decode();
            const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
            canvas.getContext("2d").drawImage(image, 0, 0);
            const png = await canvas.convertToBlob({ type: "image/png" });
            await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
        }"""
    )
    page.keyboard.press("Control+V")
    expect(headline(page.locator(".card"))).to_have_text(SENTENCE)


def test_pasted_words_are_left_to_the_field_they_are_for(page: Page) -> None:
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
    page.evaluate("navigator.clipboard.writeText('grass')")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_role("searchbox")).to_have_value("grass")
    expect(page.get_by_text("1 photo", exact=True)).to_be_visible()


def test_a_phone_offers_its_camera(open_page: OpenPage, server: Server) -> None:
    page = open_page(390, has_touch=True, is_mobile=True)
    page.goto(server.url)
    expect(page.get_by_text("Take a picture")).to_be_visible()
    expect(page.get_by_text("or drop them anywhere")).to_be_hidden()
    camera = page.get_by_label("Take a picture")
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files(DOG)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)


def test_an_example_gets_its_sentence_in_one_click(page: Page) -> None:
    page.get_by_role("button", name="Example: a breaking wave").click()
    expect(headline(card(page, "wave.jpg"))).to_have_text(SENTENCE)


def test_an_example_moves_the_focus_to_its_sentence(page: Page) -> None:
    page.get_by_role("button", name="Example: a breaking wave").press("Enter")
    expect(headline(card(page, "wave.jpg"))).to_be_focused()  # the examples are gone


def test_of_three_photos_the_corrupt_one_does_not_harm_the_others(page: Page, torn: Path, snap: Snap) -> None:
    choose(page, torn, DOG, PHOTOS / "two-dogs.jpg")
    expect(sentence(row(page, "dog.jpg"))).to_have_text(SENTENCE)
    expect(sentence(row(page, "two-dogs.jpg"))).to_have_text(SENTENCE)
    expect(sentence(row(page, "torn.jpg"))).to_contain_text("damaged or incomplete")
    expect(row(page, "torn.jpg").get_by_role("button", name="Try again")).to_be_hidden()  # it would only fail again
    row(page, "torn.jpg").get_by_role("button", name="Remove").click()
    expect(page.locator(".row")).to_have_count(2)
    snap(page, "three")


def test_many_photos_are_taken_in_their_order(page: Page) -> None:
    names = ["horses.jpg", "beach.jpg", "stream.jpg", "cat.jpg", "wave.jpg"]
    choose(page, *(PHOTOS / name for name in names))
    expect(page.locator(".row-name")).to_have_text(names)
    expect(page.locator(".row-text")).to_have_text([SENTENCE] * 5)


def test_at_most_four_photos_are_sent_at_once(page: Page, server: Server) -> None:
    page.route(f"{server.url}uploads", lambda route: None)  # never arrives
    choose(page, *(PHOTOS / name for name in ["horses.jpg", "beach.jpg", "stream.jpg", "cat.jpg", "wave.jpg"]))
    expect(page.locator(".row[data-state=uploading]")).to_have_count(4)
    expect(sentence(row(page, "wave.jpg"))).to_have_text("Waiting")
    row(page, "horses.jpg").get_by_role("button", name="Cancel").click()
    expect(sentence(row(page, "wave.jpg"))).to_have_text("Uploading…")


def test_a_dropped_folder_gives_its_photos_and_nothing_else(page: Page, tmp_path: Path) -> None:
    (tmp_path / "trip" / "day 2").mkdir(parents=True)
    for name in ["10.jpg", "9.jpg", "day 2/1.jpg", ".hidden.jpg", "notes.txt"]:
        (tmp_path / "trip" / name).write_bytes(DOG.read_bytes() + name.encode())
    _drop_folder(page, tmp_path / "trip")
    expect(page.locator(".row-name")).to_have_text(["9.jpg", "10.jpg", "1.jpg"])


def _drop_folder(page: Page, folder: Path) -> None:
    """As from a file manager: through the browser's own drag and drop, which alone makes folders of paths."""
    network = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        network.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})


def _encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.open(DOG).resize((96, 72)).save(file, kind)
    return file.getvalue()


def test_the_type_is_told_by_content_whatever_the_name_says(page: Page) -> None:
    pillow_heif.register_heif_opener()
    for kind in ["jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "heif"]:
        with page.expect_request("**/api/uploads") as request:
            choose(page, {"name": "photo.txt", "mimeType": "text/plain", "buffer": _encoded(kind)})
        told = json.loads(request.value.post_data or "")["content_type"]
        assert told == {"heif": "image/heic"}.get(kind, f"image/{kind}")


def test_a_photo_of_many_pixels_is_not_refused_for_that(page: Page) -> None:
    file = io.BytesIO()
    Image.new("RGB", (9000, 6000), "seagreen").save(file, "JPEG")
    choose(page, {"name": "poster.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()})
    expect(headline(card(page, "poster.jpg"))).to_have_text("Needs a description")  # one colour is no photo


NOTES: FilePayload = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Milk, bread"}
NOTHING: FilePayload = {"name": "nothing.jpg", "mimeType": "image/jpeg", "buffer": b""}
HUGE: FilePayload = {"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": DOG.read_bytes() + bytes(20 * 1024**2)}


def test_what_would_be_refused_is_never_sent(page: Page) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    for file, words in [
        (NOTES, "This file is not a photo Glimpse can read."),
        (NOTHING, "This file is empty"),
        (HUGE, "The limit is 20 MB. Export it smaller"),
    ]:
        choose(page, file)
        expect(headline(card(page, file["name"]))).to_contain_text(words)
        expect(card(page, file["name"]).get_by_role("button", name="Try again")).to_be_hidden()
    assert posted == []


PNG = {"name": "PNG", "content_types": ["image/png"], "suffixes": [".png"]}


def test_the_limits_are_the_servers_own(page: Page, server: Server) -> None:
    page.route(
        "**/api/health",
        lambda route: route.fulfill(json={"limits": {"max_bytes": 1024**2}, "formats": [PNG]}),
    )
    page.goto(server.url)
    expect(page.locator("#limits")).to_have_text("PNG, up to 1 MB each")
    expect(page.get_by_label("Choose photos")).to_have_attribute("accept", "image/png,.png")
    choose(page, DOG)
    expect(headline(card(page, "dog.jpg"))).to_contain_text("not a photo Glimpse can read")
    expect(headline(card(page, "dog.jpg"))).to_contain_text("Choose a PNG.")


def test_a_format_that_only_the_server_knows_is_left_to_the_server(page: Page, server: Server) -> None:
    jxl = {"name": "JPEG XL", "content_types": ["image/jxl"], "suffixes": [".jxl"]}
    page.route("**/api/health", lambda route: route.fulfill(json={"formats": [PNG, jxl]}))
    page.goto(server.url)
    expect(page.locator("#limits")).to_contain_text("PNG or JPEG XL")
    with page.expect_request("**/api/uploads") as request:
        choose(page, {"name": "photo.JXL", "mimeType": "", "buffer": b"\xff\x0a and more"})
    assert json.loads(request.value.post_data or "")["content_type"] == "image/jxl"


def test_the_page_accepts_the_servers_formats(page: Page, server: Server) -> None:
    told = [
        {"name": row.label, "content_types": list(row.content_types), "suffixes": list(row.suffixes)}
        for row in formats.FORMATS
    ]
    assert page.request.get(f"{server.url}api/health").json()["formats"] == told
    accepted = ",".join(",".join([*row.content_types, *row.suffixes]) for row in formats.FORMATS)
    expect(page.get_by_label("Choose photos")).to_have_attribute("accept", accepted)


def test_the_pages_own_table_of_formats_is_the_servers(page: Page) -> None:
    own = page.evaluate("import('/lib/formats.js').then(({ FORMATS }) => FORMATS)")
    assert own == [
        {
            "name": row.label,
            "content_types": list(row.content_types),
            "suffixes": list(row.suffixes),
            "signature": row.signature.decode("ascii"),
        }
        for row in formats.FORMATS
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "It is deleted there after 1 day."), (None, "It stays on that server until whoever runs it deletes it.")],
)
def test_the_page_says_how_long_a_photo_is_kept(page: Page, server: Server, days: int | None, words: str) -> None:
    page.route("**/api/health", lambda route: route.fulfill(json={"upload_days": days}))
    page.goto(server.url)
    expect(page.locator("footer")).to_contain_text(words)


def test_a_photo_that_is_chosen_before_the_script_is_there_is_described(open_page: OpenPage, server: Server) -> None:
    page = open_page()

    def choose_first(route: Route) -> None:
        choose(page, DOG)
        route.continue_()

    page.route("**/main.js", choose_first)
    page.goto(server.url)
    expect(headline(card(page, "dog.jpg"))).to_have_text(SENTENCE)
