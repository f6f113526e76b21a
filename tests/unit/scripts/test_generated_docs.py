"""What the documentation shows is what the code says."""

from __future__ import annotations

import pytest

from dispatcher.settings import PREFIX, Settings
from scripts.schemas import DOCS, generated


@pytest.mark.parametrize("name", sorted(generated()))
def test_the_committed_file_is_the_generated_one(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == generated()[name], "run python -m scripts.schemas"


def test_every_setting_has_a_documented_line() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith("."), name
        assert f"`{PREFIX}{name.upper()}`" in generated()["settings.md"]
