"""``minsheng topics``: which topics there are."""

from __future__ import annotations

from scripts.common import services


def topics() -> None:
    """Print the name of every topic, one a line; `minsheng read` prints what one holds."""
    with services(existing=True) as found:
        print("\n".join(sorted(found.log.topics())))
