"""The forms of a patient's facts: medicine, weight, consent, toxin given elsewhere."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from PySide6.QtWidgets import QCheckBox, QWidget

from outcomes_app.domain.patient_facts import (
    ConsentOnFile,
    FactId,
    OutsideToxin,
    PatientFact,
    PatientMedicine,
    PatientWeight,
    Purpose,
)
from outcomes_app.domain.time_out import Consent, GivenElsewhere
from outcomes_app.domain.values import IndicationId, PatientId, Problems, new_id
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.widgets.choice import Choice
from outcomes_app.ui.widgets.fact_words import purposes, reasons_stopped
from outcomes_app.ui.widgets.fields import DateField, NumberField

Key = TypeVar("Key")


class _FactDialog(FormDialog):
    """Stores what `value` gives, as a new fact or as a correction of the known one."""

    def __init__(
        self, ctx: AppContext, title: str, known: PatientFact | None, *, name: str, parent: QWidget
    ) -> None:
        super().__init__(ctx, title, _("Save"), name=name, parent=parent)
        self._identity: dict[str, Any] = {
            "id": known.id if known else FactId(new_id()),
            "version": known.version if known else 0,
        }

    def day(self, path: str, caption: str, value: Any, *, needed: bool = False) -> DateField:
        """A line for a day; a `needed` one may not stay empty."""
        made = DateField(name=path.replace(".", "_"), label=caption)
        made.set_value(value)
        self.add(path, caption, made, half=True, hint="" if needed else _("May stay empty."))
        return made

    def text(self, path: str, caption: str, value: str, *, half: bool = False) -> Any:
        """A line of text."""
        made = self.line(path)
        made.setText(value)
        self.add(path, caption, made, half=half)
        return made

    def value(self) -> PatientFact:
        """The fact as typed."""
        raise NotImplementedError

    def store(self) -> None:
        from outcomes_app.records import patient_facts

        fact = self.value()
        known = bool(fact.version)
        self.write(
            patient_facts.correct if known else patient_facts.record,
            fact,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            deed="fact.correct" if known else "fact.record",
            told=_("Saved."),
        )


class MedicineDialog(_FactDialog):
    """A medicine with its class, what it is for, and why it ended."""

    def __init__(
        self,
        ctx: AppContext,
        patient_id: PatientId,
        known: PatientMedicine | None,
        parent: QWidget,
    ) -> None:
        title = _("Edit medicine") if known else _("Add medicine")
        super().__init__(ctx, title, known, name="medicine_dialog", parent=parent)
        empty = PatientMedicine(
            id=FactId(new_id()), patient_id=patient_id, name="", purpose=Purpose.PREVENTIVE
        )
        fact = known or empty
        self._patient_id, self._note = patient_id, fact.note
        self._name = self.text("name", _("Medicine"), fact.name, half=True)
        self._class = self.text("kind", _("Class"), fact.kind, half=True)
        self._class.setPlaceholderText(_("beta blocker"))
        self._purpose = Choice("purpose", purposes(), fact.purpose)
        self.add("purpose", _("Taken as"), self._purpose, half=True)
        self._dose = self.text("dose", _("Dose"), fact.dose, half=True)
        self._dose.setPlaceholderText(_("80 mg a day"))
        self._start = self.day("start", _("Started"), fact.start)
        self._end = self.day("end", _("Stopped"), fact.end)
        self._why = Choice(
            "why_stopped",
            reasons_stopped(),
            fact.why_stopped,
            nothing=_("Not stopped, or not known"),
        )
        self.add("why_stopped", _("Why it was stopped"), self._why)
        self._detail = self.text("stop_detail", _("In what way"), fact.stop_detail)
        self._name.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if not wrong and self._why.value is not None and self._end.value() is None:
            words = _("Type the day it was stopped, or leave the reason open.")
            wrong.append(self.missing("end", words))
        return tuple(wrong)

    def value(self) -> PatientMedicine:
        return PatientMedicine(
            **self._identity,
            patient_id=self._patient_id,
            name=self._name.text().strip(),
            kind=self._class.text().strip(),
            purpose=self._purpose.value or Purpose.OTHER,
            dose=self._dose.text().strip(),
            start=self._start.value(),
            end=self._end.value(),
            why_stopped=self._why.value,
            stop_detail=self._detail.text().strip(),
            note=self._note,
        )


class WeightDialog(_FactDialog):
    """A weight on a day, in kilograms."""

    def __init__(
        self, ctx: AppContext, patient_id: PatientId, known: PatientWeight | None, parent: QWidget
    ) -> None:
        title = _("Edit weight") if known else _("Add weight")
        super().__init__(ctx, title, known, name="weight_dialog", parent=parent)
        self._patient_id = patient_id
        self._kilograms = NumberField(name="kilograms", label=_("Weight in kg"))
        self._kilograms.set_value(known.kilograms if known else None)
        self.add("kilograms", _("Weight in kg"), self._kilograms, half=True)
        day = known.day if known else ctx.clock.today()
        self._day = self.day("day", _("Measured on"), day, needed=True)
        self._kilograms.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if not wrong and self._kilograms.value() is None:
            wrong.append(self.missing("kilograms", _("Type the weight.")))
        if not wrong and self._day.value() is None:
            wrong.append(self.missing("day", _("Type the day.")))
        return tuple(wrong)

    def value(self) -> PatientWeight:
        return PatientWeight(
            **self._identity,
            patient_id=self._patient_id,
            day=self._day.value() or self.ctx.clock.today(),
            kilograms=self._kilograms.value() or Decimal(0),
        )


class ConsentDialog(_FactDialog):
    """A consent: when, for what, on which form, and whether it was withdrawn."""

    def __init__(
        self,
        ctx: AppContext,
        patient_id: PatientId,
        known: ConsentOnFile | None,
        indications: Sequence[IndicationId],
        parent: QWidget,
    ) -> None:
        title = _("Edit consent") if known else _("Add consent")
        super().__init__(ctx, title, known, name="consent_dialog", parent=parent)
        self._patient_id, self._note = patient_id, known.note if known else ""
        consent = known.consent if known else Consent(day=ctx.clock.today())
        self._day = self.day("consent.day", _("Given on"), consent.day, needed=True)
        self._withdrawn = self.day("withdrawn", _("Withdrawn on"), known and known.withdrawn)
        products = ctx.catalog.products
        self._product = Choice(
            "consent_products",
            _alone_or_kept({p: e.name for p, e in products.items()}, consent.products),
            consent.products,
            nothing=_("Every product"),
        )
        self.add("consent.products", _("Covers"), self._product, half=True)
        named = {
            i: ctx.catalog.indications[i].name if i in ctx.catalog.indications else i
            for i in dict.fromkeys((*indications, *consent.indications))
        }
        self._indication = Choice(
            "consent_indications",
            _alone_or_kept(named, consent.indications),
            consent.indications,
            nothing=_("Every indication"),
        )
        self.add("consent.indications", _("For"), self._indication, half=True)
        self._off_label = QCheckBox(_("It names the off-label use"))
        self._off_label.setObjectName("off_label")
        self._off_label.setAccessibleName(self._off_label.text())
        self._off_label.setChecked(consent.mentions_off_label)
        self.add("consent.mentions_off_label", _("Off-label"), self._off_label)
        self._off_label.setAccessibleName(self._off_label.text())
        self._form = self.text("form", _("Form, with its version"), known.form if known else "")
        self._form.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if not wrong and self._day.value() is None:
            wrong.append(self.missing("consent.day", _("Type the day it was given.")))
        return tuple(wrong)

    def value(self) -> ConsentOnFile:
        return ConsentOnFile(
            **self._identity,
            patient_id=self._patient_id,
            consent=Consent(
                day=self._day.value() or self.ctx.clock.today(),
                products=tuple(self._product.value or ()),
                indications=tuple(self._indication.value or ()),
                mentions_off_label=self._off_label.isChecked(),
            ),
            withdrawn=self._withdrawn.value(),
            form=self._form.text().strip(),
            note=self._note,
        )


class OutsideToxinDialog(_FactDialog):
    """Toxin that another clinic gave, as far as the patient knows it."""

    def __init__(
        self, ctx: AppContext, patient_id: PatientId, known: OutsideToxin | None, parent: QWidget
    ) -> None:
        title = _("Edit toxin given elsewhere") if known else _("Add toxin given elsewhere")
        super().__init__(ctx, title, known, name="outside_toxin_dialog", parent=parent)
        self._patient_id, self._note = patient_id, known.note if known else ""
        given = known.given if known else None
        self._day = self.day("given.day", _("Given on"), given and given.day, needed=True)
        self._product = Choice(
            "given_product",
            {p: e.name for p, e in ctx.catalog.products.items()},
            given.product if given else None,
            nothing=_("Not known"),
        )
        self.add("given.product", _("Product"), self._product, half=True)
        self._units = NumberField(name="given_units", label=_("Units of this product"))
        self._units.set_value(given.units if given else None)
        self.add(
            "given.units",
            _("Units of this product"),
            self._units,
            half=True,
            hint=_("Leave empty if not known."),
        )
        self._by = self.text("given_by", _("Given by"), known.given_by if known else "", half=True)
        self._purpose = self.text("given.purpose", _("What for"), given.purpose if given else "")
        self._day.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if not wrong and self._day.value() is None:
            wrong.append(self.missing("given.day", _("Type the day, or the best guess of it.")))
        return tuple(wrong)

    def value(self) -> OutsideToxin:
        return OutsideToxin(
            **self._identity,
            patient_id=self._patient_id,
            given=GivenElsewhere(
                day=self._day.value() or self.ctx.clock.today(),
                product=self._product.value,
                units=self._units.value(),
                purpose=self._purpose.text().strip(),
            ),
            given_by=self._by.text().strip(),
            note=self._note,
        )


def _alone_or_kept(names: Mapping[Key, str], kept: tuple[Key, ...]) -> dict[tuple[Key, ...], str]:
    """Each entry alone, and the several that a consent already names together."""
    found: dict[tuple[Key, ...], str] = {(key,): name for key, name in names.items()}
    if len(kept) > 1:
        found[kept] = ", ".join(names.get(key, str(key)) for key in kept)
    return found
