"""Every module of the package that is a format is listed as one."""

import importlib
import pkgutil

from outcomes_app import exchange
from outcomes_app.exchange.base import Format


def test_every_format_is_listed() -> None:
    found = []
    for module in pkgutil.iter_modules(exchange.__path__, "outcomes_app.exchange."):
        format_ = getattr(importlib.import_module(module.name), "FORMAT", None)
        if isinstance(format_, Format):
            found.append(format_)

    assert set(exchange.FORMATS) == set(found)
    assert len({f.name for f in found}) == len(found)
    assert all(f.reads or f.writes for f in found)
