from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.adapters.sqlite.partitioner import murmur2, partition_for

# From UtilsTest.testMurmur2 of Apache Kafka (signed there).
KAFKA_VECTORS = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("data", "signed"), KAFKA_VECTORS.items())
def test_the_hash_is_kafkas(data: bytes, signed: int) -> None:
    assert murmur2(data) == signed & 0xFFFFFFFF


def byte_by_byte(data: bytes) -> int:
    """The algorithm as Kafka's Java writes it, every step on its own."""
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    h = (0x9747B28C ^ len(data)) & mask
    for i in range(0, len(data) - len(data) % 4, 4):
        k = data[i] + (data[i + 1] << 8) + (data[i + 2] << 16) + (data[i + 3] << 24)
        k = (k * m) & mask
        k ^= k >> 24
        k = (k * m) & mask
        h = (h * m) & mask
        h ^= k
    rest = data[len(data) - len(data) % 4 :]
    if len(rest) == 3:
        h ^= rest[2] << 16
    if len(rest) >= 2:
        h ^= rest[1] << 8
    if len(rest) >= 1:
        h ^= rest[0]
        h = (h * m) & mask
    h ^= h >> 13
    h = (h * m) & mask
    h ^= h >> 15
    return h


@given(st.binary(max_size=80))
def test_any_bytes_hash_as_step_by_step(data: bytes) -> None:
    assert murmur2(data) == byte_by_byte(data)


@given(st.text(max_size=20), st.integers(1, 64))
def test_a_partition_is_one_of_the_topics(key: str, partitions: int) -> None:
    assert partition_for(key, partitions) == (byte_by_byte(key.encode()) & 0x7FFFFFFF) % partitions
