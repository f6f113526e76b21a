"""Reading a MAP.yaml: every scalar as the text that stands there, and a key that stands twice is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dispatcher.files.text import encoding_of
from models.errors import CorrectInput

_SIZE_MAX = 1 << 20


class _Loader(yaml.BaseLoader):
    """``BaseLoader`` resolves nothing: ``no`` stays no, ``007`` stays 007, ``12:30`` is not 750."""

    def construct_scalar(self, node: yaml.ScalarNode) -> Any:
        """Text; only an unquoted ``null`` or ``~`` is the empty text, so that ``values`` can say "nothing"."""
        nothing = node.style is None and node.value in ("null", "~")
        return "" if nothing else super().construct_scalar(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise CorrectInput.one(key.value, f"stands twice, again in line {key.start_mark.line + 1}")
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> object:
    """The document in ``path``. Raises ``CorrectInput``, its field the file's name or the key that stands twice."""
    try:
        if path.stat().st_size > _SIZE_MAX:
            raise CorrectInput.one(path.name, "is too large for a map; is it the data?")
        text = path.read_text(encoding=encoding_of(path))
    except FileNotFoundError as error:
        raise CorrectInput.one(path.name, "there is no such file") from error
    except OSError as error:
        raise CorrectInput.one(path.name, f"cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CorrectInput.one(path.name, "is no text") from error
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise CorrectInput.one(path.name, f"no valid YAML: {_said(error)}") from error


def _said(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return (str(error).splitlines() or ["nested too deeply"])[0][:200]
