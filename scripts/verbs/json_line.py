"""One value as one line of JSON, for every stream."""

from __future__ import annotations

import json
from typing import Any


def json_line(value: Any) -> str:
    """JSON without line breaks; a lone surrogate, which no stream can take, is written as its escape."""
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode("utf-8")
