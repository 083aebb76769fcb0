"""The keys that upload forms are signed with: how they are kept, how they are replaced, and when a form ends."""

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer

from function.errors import Forbidden, Misconfigured
from function.storage.folder import FolderStorage
from function.storage.local import signing
from function.storage.local.signing import Signer

ROOT = Path(__file__).parents[2]
POLICY = {"key": "uploads/a", "Content-Type": "image/png"}


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path)


def is_valid(signer: Signer, token: str) -> bool:
    try:
        return {**POLICY, "expires": 0}.keys() == signer.read(token).keys()
    except Forbidden:
        return False


def test_a_policy_comes_back_as_it_was_signed(signer: Signer) -> None:
    policy = signer.read(signer.sign(POLICY, 60))
    assert {name: policy[name] for name in POLICY} == POLICY


@pytest.mark.parametrize("token", ["", "forged", "e30.AAAA", "ä"])
def test_what_this_folder_did_not_sign_is_refused(signer: Signer, token: str) -> None:
    with pytest.raises(Forbidden, match="missing or was altered"):
        signer.read(token)


def test_a_form_of_an_earlier_version_is_refused(signer: Signer, tmp_path: Path) -> None:
    """Its signature is right; what it says of its end was read from the clock."""
    key = (tmp_path / "signing-key").read_bytes()
    token = str(URLSafeTimedSerializer(key, salt="upload").dumps({**POLICY, "seconds": 300}))
    assert not is_valid(signer, token)


def test_a_form_ends_after_its_seconds(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = signer.sign(POLICY, 300), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 299)
    assert is_valid(signer, token)
    monkeypatch.setattr(time, "monotonic", lambda: now + 301)
    with pytest.raises(Forbidden, match="expired"):
        signer.read(token)


def test_a_form_ends_while_the_server_is_down(signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = signer.sign(POLICY, 300), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert not is_valid(Signer(tmp_path), token)


@pytest.mark.parametrize("jump", [-86400, -1, 1, 86400])
def test_a_clock_that_jumps_ends_no_form(signer: Signer, monkeypatch: pytest.MonkeyPatch, jump: int) -> None:
    before, now = signer.sign(POLICY, 300), time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert is_valid(signer, before)
    assert is_valid(signer, signer.sign(POLICY, 300))


def test_a_clock_put_back_while_the_server_was_down_ends_no_form(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, now = signer.sign(POLICY, 300), time.time()
    monkeypatch.setattr(time, "time", lambda: now - 86400)
    assert is_valid(Signer(tmp_path), token)


def test_a_form_outlives_one_rotation_and_not_two(signer: Signer, tmp_path: Path) -> None:
    """The running server notices, and a new one knows both keys."""
    first = signer.sign(POLICY, 300)
    signing.rotate(tmp_path)
    second = signer.sign(POLICY, 300)
    assert is_valid(signer, first) and is_valid(Signer(tmp_path), first)
    assert is_valid(signer, second) and is_valid(Signer(tmp_path), second)
    signing.rotate(tmp_path)
    assert not is_valid(signer, first) and not is_valid(Signer(tmp_path), first)
    assert is_valid(signer, second) and is_valid(Signer(tmp_path), second)


def test_a_new_key_signs(signer: Signer, tmp_path: Path) -> None:
    signing.rotate(tmp_path)
    token = signer.sign(POLICY, 300)
    (tmp_path / "signing-key.previous").unlink()
    assert is_valid(Signer(tmp_path), token)


def test_a_rotation_before_the_first_start_makes_a_key(tmp_path: Path) -> None:
    signing.rotate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["signing-key"]


def test_a_rotation_that_is_cut_off_leaves_a_key(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, replace = signer.sign(POLICY, 300), Path.replace

    def fail_at_the_last(path: Path, target: Path) -> None:
        if target.name == signing.CURRENT:
            raise OSError("No space left on device")
        replace(path, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_last)
    with pytest.raises(OSError):
        signing.rotate(tmp_path)
    assert is_valid(signer, token) and is_valid(Signer(tmp_path), token)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["signing-key", "signing-key.previous"]


def test_keys_that_were_deleted_end_every_form(signer: Signer, tmp_path: Path) -> None:
    token = signer.sign(POLICY, 300)
    (tmp_path / "signing-key").unlink()
    assert not is_valid(signer, token)
    assert is_valid(signer, signer.sign(POLICY, 300))


@pytest.mark.parametrize("name", ["signing-key", "signing-key.previous"])
@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_damaged_key_is_refused(signer: Signer, tmp_path: Path, name: str, size: int) -> None:
    (tmp_path / name).write_bytes(bytes(size))
    with pytest.raises(Misconfigured, match=f"{name} is damaged"):
        FolderStorage(tmp_path)
    with pytest.raises(Misconfigured, match=f"{name} is damaged"):
        signer.sign(POLICY, 300)


def test_keys_are_for_their_owner_only(signer: Signer, tmp_path: Path) -> None:
    signing.rotate(tmp_path)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "signing-key": 0o600,
        "signing-key.previous": 0o600,
    }


def rotate(data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "local_server.py", "--rotate-key", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_the_command_rotates_under_a_server_that_runs(tmp_path: Path) -> None:
    storage, id = FolderStorage(tmp_path), "0" * 32
    storage.source(attempts=1)
    fields = storage.presign(id, "image/png", 300).fields
    assert rotate(tmp_path).returncode == 0
    storage.receive(fields, io.BytesIO(b"pixels"))
    assert rotate(tmp_path).returncode == 0
    with pytest.raises(Forbidden):
        storage.receive(fields, io.BytesIO(b"pixels"))


def test_a_rotation_where_no_folder_is_says_so(tmp_path: Path) -> None:
    done = rotate(tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == f"glimpse: The key of {tmp_path / 'nowhere'} cannot be replaced (No such file or directory).\n"
    )
