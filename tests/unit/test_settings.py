from pathlib import Path

import pytest

from function.errors import Misconfigured
from function.settings import Settings, table

ROOT = Path(__file__).parents[2]


def test_defaults_need_no_environment() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"GLIMPSE_ENGINE": ""}) == Settings()


def test_the_environment_overrides_defaults() -> None:
    settings = Settings.from_environment({"GLIMPSE_BEAM": "3", "GLIMPSE_DATA": "/tmp/photos"})
    assert (settings.beam, settings.data) == (3, Path("/tmp/photos"))


@pytest.mark.parametrize(("value", "neutral"), [("1", True), ("0", False), ("true", True), ("False", False)])
def test_a_switch_is_on_or_off(value: str, neutral: bool) -> None:
    assert Settings.from_environment({"GLIMPSE_NEUTRAL": value}).neutral is neutral


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("GLIMPSE_ENGINE", "torch", "GLIMPSE_ENGINE must be one of litert, tensorflow, not 'torch'."),
        ("GLIMPSE_BEAM", "wide", "GLIMPSE_BEAM must be a whole number, not 'wide'."),
        ("GLIMPSE_BEAM", "0", "GLIMPSE_BEAM must be at least 1, not '0'."),
        ("GLIMPSE_BEAM", "100000", "GLIMPSE_BEAM must be at most 100, not '100000'."),
        ("GLIMPSE_HEDGE_BELOW", "often", "GLIMPSE_HEDGE_BELOW must be a number, not 'often'."),
        ("GLIMPSE_HEDGE_BELOW", "50", "GLIMPSE_HEDGE_BELOW must be at most 1, not '50'."),
        ("GLIMPSE_SILENT_BELOW", "-0.1", "GLIMPSE_SILENT_BELOW must be at least 0, not '-0.1'."),
        ("GLIMPSE_SILENT_BELOW", "nan", "GLIMPSE_SILENT_BELOW must be a number, not 'nan'."),
        ("GLIMPSE_NEUTRAL", "yes", "GLIMPSE_NEUTRAL must be 0 or 1, not 'yes'."),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(variable: str, value: str, message: str) -> None:
    with pytest.raises(Misconfigured, match="^" + message.replace(".", r"\.") + "$"):
        Settings.from_environment({variable: value})


def test_every_setting_is_documented() -> None:
    documentation = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for row in table():
        assert f"| `{row.variable}` | `{row.default}` | {row.help} |" in documentation
