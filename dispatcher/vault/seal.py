"""Sealing: AES-256-GCM, with the key's id before what it sealed, bound to the place where it belongs."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dispatcher.vault.keys import Key
from models.errors import ConfigureFirst, CorrectInput

_NONCE = 12
"""Bytes; random, which is safe for 2**32 seals under one key."""


class BrokenSeal(CorrectInput):
    """What is sealed was changed, cut, or belongs to another order: it opens nowhere. Names the place, no content."""


def subkey(key: Key, purpose: str) -> bytes:
    """32 bytes for one purpose: no key serves two."""
    return HKDF(SHA256(), 32, salt=None, info=f"minsheng {purpose} 1".encode()).derive(key.secret)


class Sealer:
    """Seals with the newest key and opens with each. Thread-safe."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._newest = keys[0].id
        self._ciphers = {key.id: AESGCM(subkey(key, "seal")) for key in keys}

    def seal_bytes(self, clear: bytes, place: Sequence[str]) -> str:
        """``clear`` as text: the key's id, a dot, and base64 of nonce and cipher text."""
        nonce = os.urandom(_NONCE)
        hidden = self._ciphers[self._newest].encrypt(nonce, clear, _bound(place))
        return f"{self._newest}.{urlsafe_b64encode(nonce + hidden).decode()}"

    def open_bytes(self, sealed: str, place: Sequence[str]) -> bytes:
        """What was sealed for this ``place``.

        Raises ``BrokenSeal`` when it was not, or was changed since, ``ConfigureFirst`` when this installation's key
        file lacks the key.
        """
        key, _, text = sealed.partition(".")
        cipher = self._ciphers.get(key)
        name = "/".join(place)
        if cipher is None:
            if len(key) == 8 and key.isalnum() and key.isascii():
                raise ConfigureFirst(f"{name}: is sealed with key {key}, which the key file lacks")
            raise BrokenSeal.one("sealed", f"{name}: is not sealed by this program")
        try:
            hidden = urlsafe_b64decode(text.encode("ascii"))
            return cipher.decrypt(hidden[:_NONCE], hidden[_NONCE:], _bound(place))
        except (InvalidTag, NotBase64, ValueError) as error:
            raise BrokenSeal.one("sealed", f"{name}: was changed since, or sealed for another place") from error

    def seal(self, clear: Mapping[str, str], place: Sequence[str]) -> str:
        """Fields and their original words."""
        return self.seal_bytes(json.dumps(clear, ensure_ascii=False, separators=(",", ":")).encode(), place)

    def open(self, sealed: str, place: Sequence[str]) -> dict[str, str]:
        """The fields that ``seal`` was given; raises as ``open_bytes``."""
        found: dict[str, str] = json.loads(self.open_bytes(sealed, place))
        return found


def _bound(place: Sequence[str]) -> bytes:
    """The place without ambiguity: ("a", "b/c") is not ("a/b", "c")."""
    return "".join(f"{len(part)}:{part}" for part in place).encode()
