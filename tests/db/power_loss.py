"""A model of a disk that loses power: which states may be found afterwards.

What was synced is there. What was written since may be there or not, in any order, and each write
may be torn at a sector. A file's name is durable once the file was synced; a deletion is durable
only if its folder was.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

SECTOR = 512

Event = tuple[str, str, int, bytes]  # deed, file or treatment, offset or size, data


@dataclass(slots=True)
class _File:
    durable: bytearray
    named: bool = True
    pending: list[tuple[str, int, bytes]] = field(default_factory=list)


def states(
    before: dict[str, bytes], events: Sequence[Event], number: int, seed: int
) -> list[tuple[dict[str, bytes], list[str]]]:
    """`number` disks that may be found after losing power at random moments, each with the names
    of what had been said to be saved by then."""
    chance = random.Random(seed)
    found = []
    for _state in range(number):
        moment = chance.randrange(1, len(events) + 1)
        found.append(_at(before, events[:moment], chance))
    return found


def _at(
    before: dict[str, bytes], events: Sequence[Event], chance: random.Random
) -> tuple[dict[str, bytes], list[str]]:
    files = {name: _File(bytearray(content)) for name, content in before.items()}
    gone: dict[str, _File] = {}
    said = []
    for deed, name, place, data in events:
        if deed == "said":
            said.append(name)
        elif deed == "delete":
            _delete(files, gone, name, durable=place != 0)
        elif deed == "sync":
            file = files.setdefault(name, _File(bytearray(), named=False))
            _apply(file.durable, file.pending)
            file.pending.clear()
            file.named = True
            gone.pop(name, None)
        elif deed in ("write", "truncate"):
            file = files.setdefault(name, _File(bytearray(), named=False))
            file.pending.append((deed, place, data))
    return _disk(files, gone, chance), said


def _delete(files: dict[str, _File], gone: dict[str, _File], name: str, *, durable: bool) -> None:
    file = files.pop(name, None)
    if file is not None and file.named and not durable:
        gone[name] = file


def _disk(
    files: dict[str, _File], gone: dict[str, _File], chance: random.Random
) -> dict[str, bytes]:
    disk = {}
    survivors = dict(files)
    # A deletion that was not made durable may be found undone.
    survivors.update((n, f) for n, f in gone.items() if n not in files and chance.random() < 0.5)
    share = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
    for name, file in survivors.items():
        if not file.named and chance.random() < 0.5:
            continue
        content = bytearray(file.durable)
        kept = [write for write in file.pending if chance.random() < share]
        _apply(content, [_torn(write, chance) for write in kept])
        disk[name] = bytes(content)
    return disk


def _torn(write: tuple[str, int, bytes], chance: random.Random) -> tuple[str, int, bytes]:
    deed, place, data = write
    if deed == "write" and len(data) > SECTOR and chance.random() < 0.2:
        first = -(place % SECTOR) % SECTOR  # sectors are of the disk, not of the write
        cuts = range(first, len(data), SECTOR)
        cut = chance.choice(cuts)
        return (
            (deed, place, data[:cut])
            if chance.random() < 0.5
            else (
                deed,
                place + cut,
                data[cut:],
            )
        )
    return write


def _apply(content: bytearray, changes: Sequence[tuple[str, int, bytes]]) -> None:
    for deed, place, data in changes:
        if deed == "truncate":
            del content[place:]
            continue
        if len(content) < place:
            content.extend(bytes(place - len(content)))
        content[place : place + len(data)] = data
