"""The catalogue of the day: the one that ships, with few units of automatic dispatch and short limits of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).parents[3] / "dispatcher" / "catalogues" / "guangming.yaml"
HOUR_TYPE = "praise"
"""Its limit is one hour, so that an order can be seen to go beyond it."""
VISIT_ATTEMPTS = 2


def write_catalogue(path: Path, reopen_days: int) -> Path:
    """Write the catalogue; ``reopen_days`` 0: what is closed is archived at once."""
    catalogue: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    catalogue["limits"].insert(0, {"request_type": HOUR_TYPE, "value": 1, "unit": "hour"})
    catalogue["process"] |= {"reopen_days": reopen_days, "visit_attempts": VISIT_ATTEMPTS}
    codes = [unit["code"] for unit in catalogue["units"]]
    catalogue["auto_dispatch"]["never"] = [code for code in codes if code != "water"]
    path.write_text(yaml.safe_dump(catalogue, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
