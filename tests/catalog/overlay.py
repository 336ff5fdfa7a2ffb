"""The real definitions with some files changed, for tests of what is refused."""

from outcomes_app import resources


class Overlay:
    """Reads resources/ but gives `texts` instead of the files of those names."""

    def __init__(self, **texts: str) -> None:
        self._texts = {name.replace("__", "/"): text for name, text in texts.items()}
        self.asked: list[str] = []

    def replace(self, name: str, old: str, new: str) -> "Overlay":
        """Changes the first place of a real file where `old` stands."""
        text = self._texts.get(name) or resources.read_text(name)
        assert old in text, f"{name} does not hold {old!r}"
        self._texts[name] = text.replace(old, new, 1)
        return self

    def read_text(self, name: str, /) -> str:
        self.asked.append(name)
        return self._texts.get(name) or resources.read_text(name)

    def names(self, folder_name: str, suffix: str, /) -> tuple[str, ...]:
        added = {n for n in self._texts if n.startswith(f"{folder_name}/") and n.endswith(suffix)}
        return tuple(sorted({*resources.names(folder_name, suffix), *added}))
