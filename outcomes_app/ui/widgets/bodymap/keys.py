"""The keys of the body map, as the keyboard list in the help tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from outcomes_app.domain import plan as plans
from outcomes_app.ui.widgets.bodymap import naming

if TYPE_CHECKING:
    from outcomes_app.ui.widgets.bodymap.bodymap import BodyMap

_Key = Qt.Key
_ARROWS = {
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
    _Key.Key_Up: (0, -1),
    _Key.Key_Down: (0, 1),
}
_PLUS = (_Key.Key_Plus, _Key.Key_Equal)
_MINUS = (_Key.Key_Minus, _Key.Key_Underscore)
_CHANGING = (*_PLUS, *_MINUS)
_LETTERS = (_Key.Key_A, _Key.Key_V, _Key.Key_M, _Key.Key_N, _Key.Key_C, _Key.Key_H)
_CONTROL = (_Key.Key_A, _Key.Key_D, *_CHANGING)
_OTHERS = (_Key.Key_Delete, _Key.Key_Backspace, _Key.Key_Home)

_SITE_MM = 1.0, 5.0
# The cross that places a site travels in larger steps than a site that is already there.
_CROSS_MM = 5.0, 20.0


def knows(event: QKeyEvent, *, letters: bool = True) -> bool:
    """Whether the map wants this key before the window's shortcuts get it."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~(
        Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
    )
    if modifiers == Qt.KeyboardModifier.ControlModifier:
        return key in _CONTROL
    if modifiers:
        return False
    if key in (*_CHANGING, *_OTHERS, *_ARROWS):
        return True
    return letters and (key in _LETTERS or _digit(key) is not None)


def _digit(key: Qt.Key) -> int | None:
    number = int(key) - int(_Key.Key_1)
    return number if 0 <= number < len(naming.SHEETS) else None


def press(body_map: BodyMap, event: QKeyEvent) -> bool:
    """Do what the key says; False where it is not a key of the map."""
    key = Qt.Key(event.key())
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if key in _ARROWS:
        _arrow(body_map, _ARROWS[key], shift=shift)
        return True
    if key in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space) and not control:
        return _accept(body_map, all_ghosts=key is not _Key.Key_Space)
    if key is _Key.Key_Escape:
        return _escape(body_map)
    if not knows(event, letters=body_map.letters_on):
        return False
    if control:
        _with_control(body_map, key)
    elif (sheet := _digit(key)) is not None:
        body_map.model.show_sheet(sheet)
    else:
        _single(body_map, key)
    return True


def _with_control(body_map: BodyMap, key: Qt.Key) -> None:
    model = body_map.model
    if key in _CHANGING:
        model.step_units(1 if key in _PLUS else -1, whole_muscle=True)
    elif key is _Key.Key_A:
        model.select(p.id for p, _centre in body_map.places())
    else:
        model.copy_selected()


def _single(body_map: BodyMap, key: Qt.Key) -> None:
    model = body_map.model
    if key in _CHANGING:
        model.step_units(1 if key in _PLUS else -1)
    elif key in (_Key.Key_Delete, _Key.Key_Backspace):
        model.remove_selected()
        if model.selection:
            body_map.focus_point(model.selection[0])
        else:
            body_map.setFocus(Qt.FocusReason.OtherFocusReason)
    elif key is _Key.Key_Home:
        body_map.fit()
    elif key is _Key.Key_A:
        model.set_adding(True)
    elif key is _Key.Key_V:
        model.set_adding(False)
    elif key is _Key.Key_M:
        model.mirror_selected()
    elif key is _Key.Key_C:
        model.set_comparing(not model.comparing)
    elif key is _Key.Key_H:
        model.set_heating(not model.heating)
    elif key is _Key.Key_N and model.selection:
        body_map.note_requested.emit(model.selection[0])


def _arrow(body_map: BodyMap, direction: tuple[int, int], *, shift: bool) -> None:
    model = body_map.model
    if not model.adding:
        step = _SITE_MM[shift]
        model.nudge(direction[0] * step, direction[1] * step)
        return
    place = body_map.cursor_place
    if place is None:
        chosen = [p.placement for p in model.selected if p.placement]
        shown = [p for p in chosen if p.view in model.views_shown]
        body_map.cursor_place = shown[0] if shown else plans.placed(model.views_shown[0], 0.5, 0.4)
    else:
        view = model.views[place.view]
        step = _CROSS_MM[shift] / 10 * view.pixels_per_cm
        body_map.cursor_place = plans.placed(
            place.view,
            place.x + direction[0] * step / view.width,
            place.y + direction[1] * step / view.height,
        )
    body_map.update()


def _confirm(body_map: BodyMap, *, all_of_them: bool) -> bool:
    """Enter confirms everything that is suggested; Space the chosen site, then the next."""
    model = body_map.model
    if all_of_them:
        model.confirm_all()
        return True
    chosen = [p for p in model.selected if not p.confirmed]
    model.confirm([p.id for p in chosen])
    if model.ghosts:
        body_map.focus_point(model.ghosts[0].id)
    return True


def _accept(body_map: BodyMap, *, all_ghosts: bool) -> bool:
    model = body_map.model
    place = body_map.cursor_place
    if model.adding and place is not None:
        model.add_at(place.view, place.x, place.y)
        return True
    if model.ghosts and not model.adding:
        return _confirm(body_map, all_of_them=all_ghosts)
    if model.selection and not model.adding:
        body_map.units_requested.emit(model.selection[0])
        return True
    return False


def _escape(body_map: BodyMap) -> bool:
    model = body_map.model
    if model.adding or model.drawing:
        model.set_adding(False)
    elif model.selection:
        model.select(())
        body_map.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        return False
    return True
