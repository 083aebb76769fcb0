import pytest

from function.captioning import manifest
from function.errors import Misconfigured


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "words.json").write_text("[]")
    manifest.write_checksums(tmp_path, ["words.json"])
    return tmp_path


def test_a_whole_file_is_found(folder) -> None:
    assert manifest.verified(folder, "words.json") == folder / "words.json"


def test_an_altered_file_is_named_with_the_remedy(folder) -> None:
    (folder / "words.json").write_text("{}")
    with pytest.raises(Misconfigured, match=r"words\.json is not the one that was released.*git checkout"):
        manifest.verified(folder, "words.json")


def test_a_missing_file_is_named_with_the_remedy(folder) -> None:
    (folder / "words.json").unlink()
    with pytest.raises(Misconfigured, match=r"words\.json cannot be read \(No such file or directory\).*make train"):
        manifest.verified(folder, "words.json")


def test_a_file_without_a_checksum_is_refused(folder) -> None:
    with pytest.raises(Misconfigured, match=r"SHA256SUMS does not list encoder\.tflite"):
        manifest.verified(folder, "encoder.tflite")


def test_a_missing_list_of_checksums_is_named(tmp_path) -> None:
    with pytest.raises(Misconfigured, match="SHA256SUMS cannot be read"):
        manifest.verified(tmp_path, "words.json")
