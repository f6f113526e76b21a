"""The vault of an installation: its keys at work."""

from __future__ import annotations

from pathlib import Path

from dispatcher.vault.hashes import Hashes
from dispatcher.vault.keys import Key, load_keys
from dispatcher.vault.seal import Sealer


class Vault:
    """Seals, opens and hashes with one installation's keys. Thread-safe."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self.sealer = Sealer(keys)
        self.hashes = Hashes(keys)


def open_vault(key_file: Path, data: Path) -> Vault:
    """The vault whose keys lie in ``key_file``; raises ``ConfigureFirst`` as ``load_keys``."""
    return Vault(load_keys(key_file, data))
