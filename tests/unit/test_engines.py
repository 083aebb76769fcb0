"""The engines on real photos: alike enough to be one product, and neither pays for the other."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from function.captioning import manifest
from function.captioning.engines.load import load_engine
from function.errors import Misconfigured
from function.settings import Settings

ROOT = Path(__file__).parents[2]
MODEL = manifest.read(Settings().model)
PHOTOS = ("dog.jpg", "two-dogs.jpg", "beach.jpg", "horses.jpg", "cat.jpg", "football-field.jpg")
DESCRIBE = """
import sys
import numpy as np
from pathlib import Path
from function.images.read import read
from function.captioning.captioner import load
from function.settings import Settings

engine, out, *paths = sys.argv[1:]
captioner = load(Settings(engine=engine))
pixels = [read(Path(path).read_bytes()).pixels for path in paths]
captions = [captioner.describe(photo).caption for photo in pixels]
features = captioner.engine.encode(np.stack(pixels))
concepts = np.concatenate([captioner.engine.start(photo[None])[2] for photo in features])
np.savez(out, features=features, concepts=concepts, captions=captions)
"""


def python(*arguments: str | Path) -> str:
    """Run Python in a process of its own, so that the two runtimes never share one."""
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, cwd=ROOT).stdout


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> dict[str, dict[str, np.ndarray]]:
    """Features, concepts and captions of the same photos by each engine."""
    folder = tmp_path_factory.mktemp("engines")
    paths = [photos / name for name in PHOTOS]
    for engine in ("litert", "tensorflow"):
        python("-c", DESCRIBE, engine, folder / f"{engine}.npz", *paths)
    return {engine: dict(np.load(folder / f"{engine}.npz")) for engine in ("litert", "tensorflow")}


@pytest.mark.slow
def test_int8_features_point_where_float32_features_point(described: dict[str, dict[str, np.ndarray]]) -> None:
    fast, reference = (described[engine]["features"].reshape(len(PHOTOS), -1) for engine in ("litert", "tensorflow"))
    cosines = np.sum(fast * reference, 1) / np.linalg.norm(fast, axis=1) / np.linalg.norm(reference, axis=1)
    assert cosines.min() > 0.99


@pytest.mark.slow
def test_the_engines_recognise_the_same_concepts(described: dict[str, dict[str, np.ndarray]]) -> None:
    fast, reference = (described[engine]["concepts"] for engine in ("litert", "tensorflow"))
    assert fast.shape == reference.shape == (len(PHOTOS), 880)
    assert ((fast >= 0) & (fast <= 1)).all()
    assert np.abs(fast - reference).mean() < 0.01
    assert np.corrcoef(fast.ravel(), reference.ravel())[0, 1] > 0.98


@pytest.mark.slow
def test_the_engines_mostly_write_the_same_captions(described: dict[str, dict[str, np.ndarray]]) -> None:
    """How often is measured on dev by training.evaluate; here swapped channels or a bad conversion would show."""
    same = described["litert"]["captions"] == described["tensorflow"]["captions"]
    assert same.mean() >= 0.5


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import function.handlers", ("tensorflow", "ai_edge_litert")),
        ("import function.web.routes, function.aws.gateway", ("tensorflow", "ai_edge_litert")),
        ("import function.aws.events", ("tensorflow", "ai_edge_litert")),
        (
            "import function.captioning.beam_captioner, function.captioning.engines.load, function.__main__",
            ("tensorflow", "ai_edge_litert"),
        ),
        ("import function.captioning.engines.litert", ("tensorflow",)),
        ("import local_server", ("tensorflow", "ai_edge_litert")),
    ],
)
def test_importing_costs_no_runtime_that_is_not_used(statement: str, absent: tuple[str, ...]) -> None:
    loaded = json.loads(python("-c", f"{statement}; import json, sys; print(json.dumps(list(sys.modules)))"))
    assert not set(absent) & set(loaded)


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(Misconfigured, match="Unknown engine 'torch': choose one of litert, tensorflow"):
        load_engine("torch", MODEL, 1)


def test_a_runtime_that_is_not_installed_comes_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "function.captioning.engines.tensorflow", None)
    with pytest.raises(Misconfigured, match=r"from the repository with pip install '\.\[tensorflow\]'"):
        load_engine("tensorflow", MODEL, 1)


def test_an_encoder_that_is_not_as_the_manifest_states_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"manifest\.json states images and features .*\(49, 512\).*\(196, 512\)"):
        load_engine("litert", replace(MODEL, grid=7), 1)
