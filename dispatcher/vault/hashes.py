"""Keyed hashes: the same requester is found again by who holds the key, and guessed by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from hmac import digest

from dispatcher.vault.keys import Key
from dispatcher.vault.seal import subkey
from models.phones import FULL_WIDTH, bare_number, phone_numbers

_BYTES = 16


class Hashes:
    """HMAC-SHA256, cut to 128 bits, as 32 hexadecimal digits. Thread-safe."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = [subkey(key, "hash") for key in keys]

    def phones(self, field: str) -> tuple[str, ...]:
        """One for each number of a phone field, however it is written; none for a number with stars in it."""
        numbers = dict.fromkeys(map(bare_number, phone_numbers(field)))
        return tuple(_hash(self._keys[0], "phone", number) for number in numbers if "*" not in number)

    def identity(self, number: str) -> str | None:
        """Of an ID number; None where it is masked."""
        plain = _plain(number)
        return _hash(self._keys[0], "id", plain) if plain and "*" not in plain else None

    def request(self, said: bytes) -> str:
        """Fingerprint of a request. Keyed, for short texts that hold a number could be tried out otherwise."""
        return _hash(self._keys[0], "request", said)

    def find_phone(self, number: str) -> tuple[str, ...]:
        """What a number was kept as under every key, the newest first: orders have any of these."""
        numbers = dict.fromkeys(map(bare_number, phone_numbers(number)))
        return tuple(_hash(key, "phone", one) for key in self._keys for one in numbers if "*" not in one)

    def find_identity(self, number: str) -> tuple[str, ...]:
        """The same of an ID number."""
        plain = _plain(number)
        return tuple(_hash(key, "id", plain) for key in self._keys) if plain and "*" not in plain else ()


def _hash(key: bytes, kind: str, value: str | bytes) -> str:
    said = value if isinstance(value, bytes) else value.encode()
    return digest(key, f"{kind}:".encode() + said, sha256)[:_BYTES].hex()


def _plain(number: str) -> str:
    return "".join(char for char in number.translate(FULL_WIDTH).upper() if char.isalnum() or char == "*")
