"""What people do with Glimpse every day, in the browsers that are not Chromium."""

import base64
import io
import re
import zipfile
from pathlib import Path

from tests.browsers.webdriver import CONTROL, ESCAPE, Tab

PHOTOS = Path(__file__).parents[1] / "photos"
NAMES = ["dog.jpg", "two-dogs.jpg", "wave.jpg"]
OWN = "Rex, at noon."
CAPTIONED = "document.querySelectorAll('.row[data-state=captioned]').length === args[0]"
FIELD = ".card textarea"
KEEP_DOWNLOADS = """
    const create = URL.createObjectURL;
    window.created = [];
    URL.createObjectURL = (blob) => {
        created.push(blob);
        return create.call(URL, blob);
    };
"""
DOWNLOADED = """
    const bytes = new Uint8Array(await created.findLast(({ type }) => type === args[0]).arrayBuffer());
    return btoa(bytes.reduce((characters, byte) => characters + String.fromCharCode(byte), ""));
"""
DROP = """
    const transfer = new DataTransfer();
    const photo = await (await fetch("/examples/wave.jpg")).blob();
    for (const name of args) transfer.items.add(new File([photo, name], name, { type: "image/jpeg" }));
    document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
"""


def _described(page: Tab) -> str:
    """Choose one photo: its sentence."""
    page.choose("#files", PHOTOS / "dog.jpg")
    page.wait("document.querySelector('.card')?.dataset.state === 'captioned'")
    [sentence] = page.text(".card .line")
    assert re.fullmatch(r"[A-Z].* .*\.", sentence)
    return sentence


def test_one_photo_is_described_copied_and_edited(page: Tab) -> None:
    sentence = _described(page)
    page.click(".card .copy-alt")
    page.wait("document.querySelector('.notice p')?.textContent === 'Alt text copied.'")
    page.click(".card .edit")
    page.type(FIELD, f"{CONTROL}avv")  # select all, paste twice
    page.wait(f"document.querySelector('{FIELD}').value === args[0]", sentence * 2)
    page.type(FIELD, f"{CONTROL}a")
    page.type(FIELD, OWN)
    page.click(".card .save")
    page.wait("document.querySelector('.card .line').textContent === args[0]", OWN)

    page.click(".card .edit")
    page.type(FIELD, f"{CONTROL}a")
    page.type(FIELD, "Not this")
    page.type(FIELD, ESCAPE)
    page.click(".notice .undo")
    page.wait(f"document.querySelector('{FIELD}')?.value === 'Not this'")
    page.reload()
    page.wait(CAPTIONED, 1)
    page.wait("document.querySelector('.row textarea')?.value === 'Not this'")
    page.click(".row .cancel")
    page.wait("document.querySelector('.row-text').textContent === args[0]", OWN)


def test_several_photos_are_kept_over_a_reload_and_saved_in_a_zip_file(page: Tab) -> None:
    page.choose("#files", *(PHOTOS / name for name in NAMES))
    page.wait(CAPTIONED, 3)
    page.reload()
    page.wait(CAPTIONED, 3)
    assert page.text(".row-name") == NAMES
    page.wait("[...document.querySelectorAll('.row img')].every(({ naturalWidth }) => naturalWidth > 0)")
    page.run(KEEP_DOWNLOADS)
    page.click("#export summary")
    page.click("[data-export=zip]")
    page.wait("document.querySelector('.notice p')?.textContent === 'Zip file saved, with 3 photos.'")
    sentences = page.text(".row-text")
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(page.run(DOWNLOADED, "application/zip")))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["captions.csv", *NAMES]
        for name, sentence in zip(NAMES, sentences, strict=True):
            assert sentence.encode() in archive.read(name)


def test_photos_can_be_dropped_and_their_deletion_undone(page: Tab) -> None:
    page.wait("document.querySelector('#limits').textContent !== ''")  # the page's script is at work
    page.run(DROP, "one.jpg", "two.jpg")
    page.wait(CAPTIONED, 2)
    page.click(".row .select", until="document.querySelector('.row .select').checked")
    page.click("#delete", until="document.querySelectorAll('.row').length === 1")
    page.click(".notice .undo", until="document.querySelectorAll('.row').length === 2")
    page.wait(CAPTIONED, 2)
    page.reload()
    page.wait(CAPTIONED, 2)
    page.click("#all", until="document.querySelector('#all').checked")
    page.click("#delete", until="document.querySelector('#ask').open")
    page.click("#ask [value=yes]", until="document.querySelectorAll('.row').length === 0")
