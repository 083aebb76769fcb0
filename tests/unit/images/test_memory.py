"""Memory: given back after a burst, and its shortage never blamed on a photo."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile

from function.images import memory, read
from tests.unit.images.samples import SMALL_FILES, shows

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")


def run(program: str, *arguments: str) -> Any:
    """What a program prints as JSON, in an interpreter of its own."""
    command = [sys.executable, "-W", "ignore", "-c", program, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def test_a_decoder_short_of_memory_is_no_fault_of_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(image: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(MemoryError):
        read.read(SMALL_FILES["BMP"])


def test_a_decoder_that_fails_where_memory_is_short_is_no_fault_of_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(image: Image.Image) -> None:
        raise OSError("out of memory error")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    monkeypatch.setattr(memory, "is_short", lambda pixels: True)
    with pytest.raises(MemoryError):
        read.read(SMALL_FILES["BMP"])


DRAWN = """
import json, sys
from pathlib import Path
from typing import Any
from PIL import Image
from benchmarks.worst_images import encode, png

image = Image.new("RGB", (5000, 5000))
options = {"JPEG": {"progressive": True}, "WEBP": {"method": 0}, "AVIF": {"speed": 10},
           "TIFF": {"compression": "tiff_lzw"}}
files = {f: encode(image, f, **options.get(f, {})) for f in ("JPEG", "GIF", "WEBP", "AVIF", "TIFF")}
files["PNG"] = png(5000, 5000, 8, 2, False)
files["BMP"] = encode(image.convert("1"), "BMP")
for name, data in files.items():
    (Path(sys.argv[1]) / name).write_bytes(data)
print("null")
"""
LIMITED = """
import json, resource, sys
from pathlib import Path
from typing import Any
from benchmarks.decoding import cost
from function.images import read

def decode(data):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000, used + 20_000_000))
    read.read(data)

print(json.dumps({file.name: cost(file.read_bytes(), decode).outcome for file in Path(sys.argv[1]).iterdir()}))
"""


def test_no_format_is_called_damaged_where_memory_is_short(tmp_path: Path) -> None:
    run(DRAWN, str(tmp_path))
    outcomes = run(LIMITED, str(tmp_path))
    assert set(outcomes.values()) == {"raised MemoryError"}, outcomes


BURST = """
import json, re, threading
from pathlib import Path
from typing import Any
from benchmarks.worst_images import png
from function.images.read import read

def resident(name="VmRSS"):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

data = png(3500, 3500, 8, 6, False)
read(data)
before = resident()
threads = [threading.Thread(target=read, args=[data]) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps({"before": before, "after": resident(), "peak": resident("VmHWM")}))
"""


@pytest.mark.skipif(memory._trim() is None, reason="this C library has no malloc_trim")
def test_memory_is_given_back_after_a_burst() -> None:
    used = run(BURST)
    assert used["peak"] - used["before"] < 90  # one picture of 49 MB at a time, and little more
    assert used["after"] - used["before"] < 30


def test_where_the_c_library_has_no_trim_photos_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_trim", lambda: None)
    shows(SMALL_FILES["JPEG"])
