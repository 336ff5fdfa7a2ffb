"""Invented names of several languages, from resources/demo/names.toml."""

import tomllib
from functools import cache
from random import Random
from typing import Any

from outcomes_app import resources
from outcomes_app.domain.patient import Sex


def draw(random: Random, sex: Sex) -> tuple[str, str]:
    """A family name and a given name for somebody of this sex, both of one language."""
    language = random.choice(_languages())
    given = language["women" if sex is Sex.FEMALE else "men"]
    return random.choice(language["families"]), random.choice(given)


@cache
def _languages() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(resources.read_text("demo/names.toml"))["language"])
