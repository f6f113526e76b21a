"""Kafka's default partitioner: the same key lies on the same partition here as on a Kafka cluster."""

from __future__ import annotations

import struct
from functools import lru_cache

_M = 0x5BD1E995
_SEED = 0x9747B28C
_32_BITS = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF
# The events of an order come in bursts, so the keys of the moment are few.
_KEYS_REMEMBERED = 1 << 16


def partition_for(key: str, partitions: int) -> int:
    """The partition of ``key`` on a topic with so many partitions."""
    return _positive_hash(key) % partitions


@lru_cache(maxsize=_KEYS_REMEMBERED)
def _positive_hash(key: str) -> int:
    return murmur2(key.encode()) & _POSITIVE


def murmur2(data: bytes) -> int:
    """MurmurHash2 with Kafka's seed, as an unsigned number of 32 bits."""
    length = len(data)
    whole = length & ~3
    h = _SEED ^ length
    for (k,) in struct.iter_unpack("<I", data[:whole]):
        k = k * _M & _32_BITS
        h = (h * _M & _32_BITS) ^ ((k ^ k >> 24) * _M & _32_BITS)
    if whole != length:
        h = (h ^ int.from_bytes(data[whole:], "little")) * _M & _32_BITS
    h = (h ^ h >> 13) * _M & _32_BITS
    return h ^ h >> 15
