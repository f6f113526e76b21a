"""``minsheng settings``: every setting, its default and what it means."""

from __future__ import annotations

from dispatcher.settings import PREFIX, Settings, load_settings


def table() -> str:
    """The settings as a Markdown table: the one that the documentation shows."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines)


def settings() -> None:
    """Print every setting with its default, and those that the environment changes."""
    print(table())
    now = load_settings()
    changed = [name for name, field in Settings.model_fields.items() if getattr(now, name) != field.default]
    if changed:
        print("\nset here: " + ", ".join(f"{PREFIX}{name.upper()}={getattr(now, name)}" for name in changed))
