from pathlib import Path

import pytest

from training.hardware import has_bfloat16


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags\t\t: fpu sse2 avx512f avx512_bf16 avx512_vnni", True),
        ("flags\t\t: fpu sse2 amx_bf16 amx_tile", True),
        ("Features\t: fp asimd bf16 i8mm", True),
        ("flags\t\t: fpu sse2 avx2 avx512f avx512_vnni", False),
        ("", False),
    ],
)
def test_bfloat16_is_asked_for_where_the_processor_has_it(tmp_path: Path, flags: str, expected: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\n{flags}\n")
    assert has_bfloat16(cpuinfo) is expected


def test_a_system_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert not has_bfloat16(tmp_path / "missing")
