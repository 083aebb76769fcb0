"""The image, built from the Dockerfile as anyone would build it, on a slim Debian with Python.

What buildah and podman keep lies under build/, apart from any other image on the machine; its layers are
reused by the next build. The base outlives the checkout, for making it takes a minute or more.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORE = ROOT / "build" / "containers"
BASE_ARCHIVE = Path.home() / ".cache" / "glimpse" / "bookworm-python.tar"
BASE, IMAGE = "localhost/glimpse-base", "localhost/glimpse-under-test"
TOOLS = ("buildah", "debootstrap", "podman", "runc", "slirp4netns")
PACKAGES = "ca-certificates,python3,python3-venv"
LEFT_OUT = (
    "usr/share/doc/*",
    "usr/share/locale/*",
    "usr/share/man/*",
    "var/cache/apt/*",
    "var/lib/apt/lists/*",
    "*/__pycache__",
)
"""What Debian's slim images and Python's leave out too."""


def reason_not_to() -> str:
    """Why no image can be built on this machine; empty when one can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"tests/install-image-builder did not install {', '.join(missing)}"
    return "" if os.geteuid() == 0 else "debootstrap and podman's networks need root"


def build(engine: str = "litert") -> str:
    """Build the image and return its name."""
    if not _has(BASE):
        podman("import", str(_base_archive()), BASE)
    with tempfile.TemporaryDirectory() as folder:
        arguments = [f"BASE={BASE}", f"ENGINE={engine}"]
        run(
            *("buildah", *_places(), "build", "--isolation", "chroot", "--format", "docker", "--layers"),
            *(word for argument in arguments for word in ("--build-arg", argument)),
            *(word for path in _pip_files(Path(folder)) for word in ("--volume", f"{path}:ro")),
            *("--tag", IMAGE, str(ROOT)),
        )
    return IMAGE


def podman(*words: str) -> str:
    """What podman prints. Its runtime is runc: crun refuses machines whose cgroups are of both versions."""
    return run("podman", *_places(), "--cgroup-manager", "cgroupfs", "--runtime", "runc", *words)


def run(*words: str) -> str:
    """What a command prints. Raises RuntimeError with its last words when it fails."""
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return done.stdout


def _places() -> list[str]:
    return ["--root", str(STORE / "storage"), "--runroot", str(STORE / "run")]


def _has(image: str) -> bool:
    return bool(podman("images", "--quiet", image))


def _base_archive() -> Path:
    """The root file system of the base, made once."""
    if not BASE_ARCHIVE.exists():
        BASE_ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BASE_ARCHIVE.parent) as folder:
            system, archive = Path(folder) / "system", Path(folder) / "system.tar"
            run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(system))
            exclude = [f"--exclude=./{pattern}" for pattern in LEFT_OUT]
            run("tar", "--create", f"--file={archive}", f"--directory={system}", *exclude, ".")
            archive.rename(BASE_ARCHIVE)
    return BASE_ARCHIVE


def _pip_files(folder: Path) -> list[str]:
    """The pip configuration of this machine for the build, as volumes: one pip.conf, and the files that it names."""
    listed = run(sys.executable, "-m", "pip", "config", "list").splitlines()
    options: dict[str, str] = {}
    # lines such as global.index-url='https://…' and :env:.cert='/etc/…'; the environment has the last word
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        options[name.rpartition(".")[2]] = " ".join(ast.literal_eval(value).split())
    configuration = folder / "pip.conf"
    configuration.write_text("\n".join(["[global]", *(f"{name} = {value}" for name, value in options.items())]) + "\n")
    named = {word for value in options.values() for word in value.split() if Path(word).is_absolute()}
    return [f"{configuration}:/etc/pip.conf", *(f"{path}:{path}" for path in sorted(named) if Path(path).exists())]
