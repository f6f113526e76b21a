"""A second store file beside the one at hand, to be put in its place when it is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dispatcher.adapters.sqlite.store import SqliteOrderStore

_PARTS = ("", "-wal", "-shm")


@dataclass
class FreshStore:
    """An empty store; after ``take_over`` it is the one that ``path`` names."""

    path: Path
    store: SqliteOrderStore
    _own: Path

    def take_over(self) -> None:
        """Replace the file at ``path``. Nobody may have it open; the caller makes sure that no ledger is at work."""
        self.store.close()  # the last connection folds the write-ahead log into the file
        self._own.replace(self.path)
        for part in _PARTS[1:]:
            _beside(self.path, part).unlink(missing_ok=True)


@contextmanager
def fresh_store(path: Path) -> Iterator[FreshStore]:
    """An empty store beside ``path``; removed at the end unless it took over."""
    own = path.with_name(path.name + ".rebuild")
    for part in _PARTS:
        _beside(own, part).unlink(missing_ok=True)
    fresh = FreshStore(path, SqliteOrderStore(own), own)
    try:
        yield fresh
    finally:
        fresh.store.close()
        for part in _PARTS:
            _beside(own, part).unlink(missing_ok=True)


def _beside(path: Path, part: str) -> Path:
    return path.with_name(path.name + part)
