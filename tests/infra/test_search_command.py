"""What `infra/search` prints, and how it ends."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.queries import __main__ as command
from tests.infra.conftest import ROOT


def search(*words: str | Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    line, environment = [ROOT / "infra" / "search", *words], {"PYTHON": sys.executable, **variables}
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=False)


def test_the_command_prints_lines_or_csv(exported: Path) -> None:
    done = search("dog beach", "--folder", exported, "--since", "2026-01", "--certainty", "likely")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "s3://photos/beach.jpg\tA dog on a beach."
    assert "2 rows" in done.stderr
    rows = list(csv.DictReader(io.StringIO(search("--saved", "by-tag", "mat", "--folder", exported, "--csv").stdout)))
    assert [row["path"] for row in rows] == ["s3://photos/cat.jpg"]


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        (["zebra", "--folder", "EXPORTED"], 1, "0 rows"),
        (["dog", "--folder", "nowhere"], 2, "There is no nowhere"),
        (["dog", "--since", "yesterday"], 2, "2026-01-15"),
        (["dog", "--until", "2026-02-30"], 2, "2026-01-15"),
        (["dog", "--limit", "0"], 2, "1 or more"),
        (["--saved", "by-day", "--since", "2026-01"], 2, "not a saved query"),
        (["--saved", "by-mood"], 2, "There are: by-day"),
    ],
)
def test_the_command_tells_what_is_wrong(
    exported: Path,
    words: list[str],
    status: int,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["search", *(str(exported) if word == "EXPORTED" else word for word in words)])
    try:
        ended: object = command.main()
    except SystemExit as end:
        ended = end.code
    assert ended == status
    assert expected in capsys.readouterr().err


def test_the_command_prints_the_text_without_the_words() -> None:
    printed = search("dog", "--print").stdout
    assert re.search(r"strpos\(.*\?\)", printed)
    assert json.dumps("dog") not in printed


def test_without_aws_it_says_what_to_set() -> None:
    done = search("dog", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "glimpse: AWS has no region. Set AWS_DEFAULT_REGION, for example to eu-west-1.\n"


def test_without_duckdb_it_says_what_to_install(exported: Path, tmp_path: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ModuleNotFoundError(name='duckdb')")
    done = search("dog", "--folder", exported, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install '.[search]'" in done.stderr
