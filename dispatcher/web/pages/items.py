"""Items (事项) as people pick them: by their path, or by the code that a link or another program may give."""

from __future__ import annotations

from models.catalogue import Catalogue, Item


def item_path(item: Item) -> str:
    """``噪声扰民 / 建筑施工噪声 / 夜间和午间施工``."""
    return " / ".join(item.path)


def item_code_of(said: str, catalogue: Catalogue) -> str | None:
    """The code of the item whose path or code is ``said``, whatever the white space; None for none."""
    wanted = "".join(said.split())
    if wanted in catalogue.item_by_code:
        return wanted
    return next((item.code for item in catalogue.items if "".join(item_path(item).split()) == wanted), None)
