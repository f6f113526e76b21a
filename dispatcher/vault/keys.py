"""The key file: where personal data's keys are kept, and how a lost or a wrong one is told before harm is done."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from models.errors import ConfigureFirst

KEY_BYTES = 32
ID_NAME = "key.id"
"""In the data directory: ids of the keys that data was sealed with, one a line. Beside the log and not in the store,
because the store can be thrown away and rebuilt, and this must not be forgotten with it."""
_HEAD = (
    "# 民声 key of personal data: without it they are lost. New keys go above, old ones stay for what they sealed.\n"
)


@dataclass(frozen=True, slots=True)
class Key:
    """32 secret bytes."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The first 8 hexadecimal digits of its SHA-256: tells keys apart and gives nothing away."""
        return sha256(self.secret).hexdigest()[:8]


def load_keys(path: Path, data: Path) -> tuple[Key, ...]:
    """The keys of this installation, the newest, which seals, first; at the very first start a new one is made.

    ``path`` is the key file, ``data`` the data directory. Raises ``ConfigureFirst`` naming the file that is missing
    though something was sealed, lacks a key that something was sealed with, can be read by others, or is no key file.
    """
    remembered = data / ID_NAME
    try:
        sealed_with = remembered.read_text(encoding="ascii").split() if remembered.exists() else []
        if not path.exists():
            if sealed_with:
                raise ConfigureFirst(
                    f"{path}: there is no such key file, and {data} was sealed with key {sealed_with[0]}: put it back,"
                    " or set MINSHENG_KEY to where it is"
                )
            _create(path)
        keys = _read(path)
        lacking = [one for one in sealed_with if one not in {key.id for key in keys}]
        if lacking:
            raise ConfigureFirst(f"{path}: lacks key {lacking[0]}, with which {data} was sealed: add its line again")
        if keys[0].id not in sealed_with:
            data.mkdir(parents=True, exist_ok=True)
            _put(remembered, "".join(f"{one}\n" for one in (keys[0].id, *sealed_with)), replace=True)
    except OSError as error:
        raise ConfigureFirst(f"{error.filename or path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigureFirst(f"{path} or {remembered}: is no text") from error
    return keys


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _put(path, _HEAD + secrets.token_hex(KEY_BYTES) + "\n", replace=False)


def _read(path: Path) -> tuple[Key, ...]:
    if path.stat().st_mode & 0o007:
        raise ConfigureFirst(f"{path}: everybody on this machine can read or change it; chmod 600 it")
    keys = list(_keys(path, path.read_text(encoding="utf-8").splitlines()))
    if not keys:
        raise ConfigureFirst(f"{path}: holds no key: a line of {2 * KEY_BYTES} hexadecimal digits")
    if len({key.id for key in keys}) < len(keys):
        raise ConfigureFirst(f"{path}: holds a key twice")
    return tuple(keys)


def _keys(path: Path, lines: Iterable[str]) -> Iterable[Key]:
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        try:
            key = Key(bytes.fromhex(line))
        except ValueError:
            key = Key(b"")
        if len(key.secret) != KEY_BYTES:
            raise ConfigureFirst(f"{path}: line {number} is no key of {2 * KEY_BYTES} hexadecimal digits")
        yield key


def _put(path: Path, text: str, *, replace: bool) -> None:
    """Write a file for this user alone, whole or not at all. Where not to ``replace``, the first of several processes
    that start at once wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            draft.replace(path)
        else:
            try:
                os.link(draft, path)
            except FileExistsError:
                return
        _make_durable(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _make_durable(folder: Path) -> None:
    """A power cut must not take the file's name while the data that it sealed stay."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
