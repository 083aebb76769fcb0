"""What this machine's processor can do."""

from pathlib import Path

from function.captioning.engines.network import tf

CPUINFO = Path("/proc/cpuinfo")
BFLOAT16 = frozenset(["avx512_bf16", "amx_bf16", "bf16"])
"""Linux' names for a processor's bfloat16 products: x86's AVX-512 and AMX, arm64's."""


def has_bfloat16(cpuinfo: Path = CPUINFO) -> bool:
    """Whether the processor multiplies bfloat16 itself; without it, asking for it is five times slower."""
    try:
        words = set(cpuinfo.read_text(encoding="utf-8").split())
    except OSError:
        return False
    return bool(BFLOAT16 & words)


def use_bfloat16() -> None:
    """Have TensorFlow compute products in bfloat16 where the processor has them, which halves their time."""
    if has_bfloat16():
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
