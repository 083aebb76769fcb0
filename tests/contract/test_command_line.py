"""`python -m function` as people run it: in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.caption_content import tells_of_a_dog

ROOT = Path(__file__).parents[2]


def glimpse(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "function", *map(str, arguments)]
    variables = {**os.environ, **environment}
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, env=variables)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_photo_gets_one_line(photos: Path) -> None:
    done = glimpse(photos / "dog.jpg")
    path, tab, caption = done.stdout.removesuffix("\n").partition("\t")
    assert (path, tab, done.returncode, done.stderr) == (str(photos / "dog.jpg"), "\t", 0, "")
    assert tells_of_a_dog(caption)


def test_a_photo_that_needs_a_description_gets_an_empty_one(photos: Path) -> None:
    done = glimpse(photos / "dog.jpg", GLIMPSE_HEDGE_BELOW="1", GLIMPSE_SILENT_BELOW="1")
    assert (done.returncode, done.stdout) == (0, f"{photos / 'dog.jpg'}\t\n")
    assert done.stderr == (
        f"glimpse: {photos / 'dog.jpg'}: This photo needs a description: "
        "the model cannot tell what it shows. Please write one.\n"
    )


def test_a_photo_that_needs_a_description_has_its_record(photos: Path) -> None:
    done = glimpse("--json", photos / "dog.jpg", GLIMPSE_SILENT_BELOW="1")
    record = json.loads(done.stdout)
    assert (record["certainty"], record["alt_text"], record["alternatives"]) == ("none", "", [])
    assert tells_of_a_dog(record["caption"])
    assert (done.returncode, done.stderr) == (0, "")


def test_json_is_one_record_a_line(photos: Path) -> None:
    done = glimpse("--json", photos / "dog.jpg", photos / "cat.jpg")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["path"] for record in records] == [str(photos / "dog.jpg"), str(photos / "cat.jpg")]
    assert all(record["status"] == "captioned" for record in records)


def test_a_dash_reads_standard_input(photos: Path) -> None:
    done = glimpse("-", stdin=(photos / "dog.jpg").read_bytes())
    assert done.stdout == glimpse(photos / "dog.jpg").stdout.replace(str(photos / "dog.jpg"), "-")


def test_a_bad_file_is_told_and_does_not_stop_the_others(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a photo")
    done = glimpse(tmp_path / "missing.jpg", photos / "dog.jpg", tmp_path, tmp_path / "text.jpg", photos / "cat.jpg")
    assert done.returncode == 1
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [
        str(photos / "dog.jpg"),
        str(photos / "cat.jpg"),
    ]
    complaints = done.stderr.splitlines()
    assert len(complaints) == 3
    for complaint, path, code in zip(
        complaints,
        (tmp_path / "missing.jpg", tmp_path, tmp_path / "text.jpg"),
        ("not_found", "bad_request", "unsupported_format"),
        strict=True,
    ):
        assert complaint.startswith(f"glimpse: {path}: ")
        assert complaint.endswith(f"({code})")


def test_an_unreadable_file_is_told() -> None:
    done = glimpse("/proc/self/mem")  # exists and opens, but reading it fails, for root too
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("glimpse: /proc/self/mem: The file cannot be read (")
    assert done.stderr.endswith("(forbidden)\n")


def test_an_endless_file_is_refused() -> None:
    done = glimpse("/dev/zero")
    assert (done.returncode, done.stderr.partition("(")[2]) == (1, "payload_too_large)\n")


@pytest.mark.parametrize("engine", ["litert", pytest.param("tensorflow", marks=pytest.mark.slow)])
def test_a_missing_model_names_the_file_and_the_remedy(photos: Path, tmp_path: Path, engine: str) -> None:
    done = glimpse("--engine", engine, photos / "dog.jpg", GLIMPSE_MODEL=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(tmp_path / "manifest.json") in done.stderr
    assert "git checkout" in done.stderr


def test_an_altered_model_names_the_file_and_the_remedy(photos: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(ROOT / "function" / "model", model)
    with (model / "decoder.tflite").open("r+b") as file:
        file.seek(1000)
        file.write(b"?")
    done = glimpse(photos / "dog.jpg", GLIMPSE_MODEL=str(model))
    assert done.returncode == 2
    assert f"{model / 'decoder.tflite'} is not the one that was released" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--beam", "0", "x.jpg"], "GLIMPSE_BEAM must be at least 1"),
        (["--engine", "torch", "x.jpg"], "invalid choice"),
        ([], "the following arguments are required: photo"),
    ],
)
def test_a_wrong_option_is_told(arguments: list[str], message: str) -> None:
    done = glimpse(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_the_beam_is_a_choice(photos: Path) -> None:
    record = json.loads(glimpse("--json", "--beam", "2", photos / "dog.jpg").stdout)
    assert len(record["alternatives"]) == 1
