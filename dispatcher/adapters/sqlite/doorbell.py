"""Wakes whoever waits for a file to change, in all processes of this machine, without polling.

Each waiting process listens on a datagram socket of its own in a folder that follows from the file's path;
whoever committed sends one byte to each. A lost byte costs a waiter its timeout, never a record.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
import tempfile
import threading
import time
from pathlib import Path

_STOP = b"x"


class Doorbell:
    """The bell of one file. Take ``count`` before looking at the data, then ``wait`` for more than that."""

    def __init__(self, path: Path) -> None:
        # A socket's path may have about 100 characters, a data directory more.
        name = hashlib.blake2b(str(path.resolve()).encode(), digest_size=10).hexdigest()
        self._folder = Path(tempfile.gettempdir()) / f"minsheng-{os.getuid()}" / name
        self._condition = threading.Condition()
        self._count = 0
        self._own: Path | None = None
        self._listener: threading.Thread | None = None
        self._sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sender.setblocking(False)
        self._closed = False

    def count(self) -> int:
        """How often the bell was heard so far."""
        self._listen()
        with self._condition:
            return self._count

    def wait(self, seen: int, timeout: float) -> bool:
        """Block until the bell was heard more than ``seen`` times; False after ``timeout`` seconds without."""
        deadline = time.monotonic() + timeout
        with self._condition:
            while self._count <= seen and not self._closed:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._condition.wait(left)
        return True

    def ring(self) -> None:
        """Tell everybody, here and in other processes. Call it after the commit."""
        self._heard()
        try:
            others = list(self._folder.iterdir())
        except FileNotFoundError:
            return
        for other in others:
            if other == self._own:
                continue
            try:
                self._sender.sendto(b".", str(other))
            except BlockingIOError:
                pass  # its queue is full: it will wake anyway
            except (ConnectionRefusedError, FileNotFoundError):
                other.unlink(missing_ok=True)  # its process was killed
            except OSError:
                return  # closed meanwhile

    def close(self) -> None:
        """Stop listening; waiters return. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._listener is not None and self._own is not None:
            with contextlib.suppress(OSError):
                self._sender.sendto(_STOP, str(self._own))
            self._listener.join(timeout=1)
        self._heard()
        self._sender.close()

    def _heard(self) -> None:
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def _listen(self) -> None:
        with self._condition:
            if self._listener is not None or self._closed:
                return
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._own = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}"
            ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            ear.bind(str(self._own))
            self._listener = threading.Thread(target=self._loop, args=(ear, self._own), name="doorbell", daemon=True)
            self._listener.start()

    def _loop(self, ear: socket.socket, own: Path) -> None:
        with ear:
            while not self._closed:
                if ear.recv(1) == _STOP and self._closed:
                    break
                self._heard()
        own.unlink(missing_ok=True)
