"""Fetch source packages that ship photos with unusual metadata, and unpack them: food for `benchmarks.embedding`.

    python -m benchmarks.photo_packages FOLDER

Uses pip and apt-get as they are set up here; apt-get's lists of sources go into the folder, not into the system. pip
builds Pillow's metadata on the way, which takes minutes.
"""

import argparse
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

FROM_PYPI = ["pillow==12.3.0", "piexif==1.1.3", "pillow-heif==1.8.1"]
FROM_DEBIAN = ["libimage-exiftool-perl", "exiv2", "libexif", "exempi"]
_TARGETS = ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)", "Created-By: Packages"]


def fetch_from_pypi(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(folder)]
    subprocess.run([*command, *FROM_PYPI], check=True)


def fetch_from_debian(folder: Path) -> None:
    """The sources that belong to the packages which apt-get knows."""
    targets = subprocess.run(_TARGETS, capture_output=True, text=True, check=True).stdout.splitlines()
    sources, lists = (folder / "apt.list").resolve(), (folder / "lists").resolve()
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    sources.write_text("".join(f"deb-src {target}\n" for target in sorted(set(targets))))
    options = (f"Dir::Etc::sourcelist={sources}", "Dir::Etc::sourceparts=/dev/null", f"Dir::State::lists={lists}")
    apt_get = ["apt-get", "-qq", *(word for option in options for word in ("-o", option))]
    subprocess.run([*apt_get, "update"], check=True)
    subprocess.run([*apt_get, "source", "--download-only", *FROM_DEBIAN], cwd=folder, check=True)


def unpack(folder: Path) -> None:
    """Each archive into a folder of its own name."""
    for archive in [*folder.glob("*.orig.tar.*z"), *folder.glob("*.tar.gz"), *folder.glob("*.zip")]:
        to = folder / archive.name.split(".tar")[0].removesuffix(".zip")
        if archive.suffix == ".zip":
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(to)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(to, filter="data")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    fetch_from_debian(folder)
    fetch_from_pypi(folder)
    unpack(folder)


if __name__ == "__main__":
    main()
