"""`python -m function` as people run it: in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from function.__main__ import main
from function.app import App
from function.records import Record
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
    done = glimpse(photos / "dog.jpg", GLIMPSE_HEDGE_BELOW="1", GLIMPSE_SILENT_BELOW="1", GLIMPSE_THING_FROM="1")
    assert (done.returncode, done.stdout) == (0, f"{photos / 'dog.jpg'}\t\n")
    assert done.stderr == (
        f"glimpse: {photos / 'dog.jpg'}: This photo needs a description: "
        "the model cannot tell what it shows. Please write one.\n"
    )


def test_a_photo_that_needs_a_description_has_its_record(photos: Path) -> None:
    done = glimpse("--json", photos / "dog.jpg", GLIMPSE_SILENT_BELOW="1", GLIMPSE_THING_FROM="1")
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


@pytest.fixture
def odd(photos: Path, tmp_path: Path) -> list[bytes]:
    """Photos under names that are no text, break lines, or need more than ASCII."""
    names = [b"caf\xe9.jpg", b"two\nlines.jpg", "写真.jpg".encode(), "🐕.jpg".encode(), b"plain.jpg"]
    paths = [bytes(tmp_path) + b"/" + name for name in names]
    for path in paths:
        shutil.copy(bytes(photos / "dog.jpg"), path)
    return paths


ENCODINGS = {"utf-8": ["写真.jpg", "🐕.jpg"], "ascii": [r"\u5199\u771f.jpg", r"\U0001f415.jpg"]}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_name_has_its_line(odd: list[bytes], encoding: str) -> None:
    done = glimpse(*map(os.fsdecode, odd), PYTHONIOENCODING=encoding)
    names = [line.partition("\t")[0].rpartition("/")[2] for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert names == [r"caf\xe9.jpg", r"two\nlines.jpg", *ENCODINGS[encoding], "plain.jpg"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_names_the_very_files(odd: list[bytes], encoding: str) -> None:
    done = glimpse("--json", *map(os.fsdecode, odd), PYTHONIOENCODING=encoding)
    assert [os.fsencode(json.loads(line)["path"]) for line in done.stdout.splitlines()] == odd


def test_a_failure_names_its_file_on_one_line() -> None:
    done = glimpse(os.fsdecode(b"no\n\xff.jpg"))
    assert (done.returncode, done.stderr) == (
        1,
        "glimpse: no\\n\\xff.jpg: There is no such file. Check the path. (not_found)\n",
    )


def run_into(output: Any, *arguments: str | Path) -> tuple[int, str]:
    """Exit status and standard error of a command whose output goes to a file."""
    command = [sys.executable, "-m", "function", *map(str, arguments)]
    done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, cwd=ROOT, text=True, check=False)
    return done.returncode, done.stderr


def test_output_that_nobody_reads_any_more_is_a_quiet_end(photos: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        assert run_into(output, photos / "dog.jpg", photos / "cat.jpg") == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["lines", "json"])
def test_output_to_a_full_disk_is_one_line(photos: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        status, error = run_into(full, *arguments, photos / "dog.jpg", photos / "cat.jpg")
    assert (status, error) == (2, "glimpse: The output cannot be written (No space left on device).\n")


def test_too_little_memory_is_told_as_a_fault_of_ours_and_stops_nothing(
    photos: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    caption = App.caption

    def short_once(app: App, id: str, data: bytes) -> Record:
        monkeypatch.setattr(App, "caption", caption)
        raise MemoryError

    monkeypatch.setattr(App, "caption", short_once)
    monkeypatch.setattr(sys, "argv", ["glimpse", str(photos / "cat.jpg"), str(photos / "dog.jpg")])
    assert main() == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(f"{photos / 'dog.jpg'}\t")
    assert printed.err == (
        f"glimpse: {photos / 'cat.jpg'}: There is too little memory for this photo at the moment. "
        "Close other programs and try it again. (internal_error)\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the system limits no address space")
def test_a_large_photo_under_a_limit_of_the_system_is_not_called_damaged(photos: Path, tmp_path: Path) -> None:
    Image.new("RGBA", (16_000, 6_000)).save(tmp_path / "large.webp", lossless=True, method=0)
    script = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (900 << 20,) * 2); "
    script += "runpy.run_module('function', run_name='__main__')"
    command = [sys.executable, "-c", script, str(photos / "dog.jpg"), str(tmp_path / "large.webp")]
    environment = {**os.environ, "GLIMPSE_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{photos / 'dog.jpg'}\t")
    assert done.stderr.startswith(f"glimpse: {tmp_path / 'large.webp'}: There is too little memory")
