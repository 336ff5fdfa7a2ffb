"""Ids that are the same for the same seed, unlike those of real records."""

import uuid
from random import Random


def new_id(random: Random) -> uuid.UUID:
    """The next id of this generator."""
    return uuid.UUID(int=random.getrandbits(128), version=4)
