"""The arithmetic of the audit chain: what is sealed, by which key, and in which order.

Kept apart from the listener so that a verifier can be read, and checked, on its own.
"""

import hmac
from collections.abc import Sequence

GENESIS = "0" * 64
KEY_BYTES = 32

# The sealed fields in their order; payload_mac stands for the payload, so that a payload that has
# to be erased by law can be blanked without breaking the chain.
SEALED = (
    "seq",
    "at",
    "utc_offset_minutes",
    "person_id",
    "session_id",
    "workstation",
    "deed_id",
    "deed",
    "action",
    "entity",
    "entity_id",
    "patient_id",
    "version",
    "reason",
    "payload_mac",
)

_ABSENT = b"\xff\xff\xff\xff"


def payload_mac(key: bytes, payload: str) -> str:
    """The keyed digest of one payload."""
    return _hmac(key, b"payload" + payload.encode())


def link(key: bytes, prev: str, fields: Sequence[str | int | None]) -> str:
    """The keyed digest that ties a row (its SEALED fields) to the row before it."""
    return _hmac(key, b"row" + prev.encode() + b"".join(map(_framed, fields)))


def seal(key: bytes, seq: int, mac: str) -> str:
    """The keyed digest of the chain's end, so that rows cut off at the end are missed."""
    return _hmac(key, b"head" + _framed(seq) + _framed(mac))


def _hmac(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256").hex()


def _framed(value: str | int | None) -> bytes:
    # The length goes first: without it "ab" + "c" and "a" + "bc" would seal alike.
    if value is None:
        return _ABSENT
    data = str(value).encode()
    return len(data).to_bytes(4, "big") + data
