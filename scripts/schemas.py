"""Write the files under docs/ that follow from the code (`python -m scripts.schemas`)."""

from __future__ import annotations

import json
from pathlib import Path

from models.department import DepartmentMessage
from models.intake import Intake
from scripts.lifecycle_page import page
from scripts.verbs.settings import table

DOCS = Path(__file__).resolve().parent.parent / "docs"
SETTINGS_HEAD = """# Settings

Every setting is one environment variable. This page is printed by `minsheng settings`.

"""


def generated() -> dict[str, str]:
    """The text of each generated file, by its path under docs/."""
    schemas = {
        "schemas/intake.schema.json": Intake.model_json_schema(),
        "schemas/department.schema.json": DepartmentMessage.model_json_schema(mode="serialization"),
    }
    texts = {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas.items()}
    return texts | {"settings.md": SETTINGS_HEAD + table() + "\n", "lifecycle.md": page()}


def main() -> None:
    """Write them all."""
    for name, text in generated().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
