"""Numbers and ids that follow from their input, so that a message sent twice is one order."""

from __future__ import annotations

from hashlib import blake2b

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to mishear or misread
_DIGITS = 13
NUMBER = rf"[A-Z]{{1,6}}[0-9A-Z]{{{_DIGITS}}}"
"""What an order number looks like, as a regular expression."""


def order_no(prefix: str, source_system: str, external_id: str) -> str:
    """工单编号 of an intake key: ``prefix`` and 13 base-32 digits (65 bits of BLAKE2b).

    Two of a million orders share a number with a probability below 2e-8; the ledger refuses such a second one.
    """
    key = f"{len(source_system)}:{source_system}{external_id}".encode()
    number = int.from_bytes(blake2b(key, digest_size=16).digest()) >> (128 - 5 * _DIGITS)
    digits = (_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_DIGITS)))
    return prefix + "".join(digits)
