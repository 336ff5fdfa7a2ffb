"""Signing, amending and voiding, said in place: a sentence to read, a reason where one is needed,
and the passphrase."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient import Patient
from outcomes_app.domain.signing import Signature
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import _, clock_time, day, ngettext, person_name, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Captioned, Icon, Text, row
from outcomes_app.ui.widgets.passphrase import SecretField


class Deed(StrEnum):
    """What is about to be done."""

    SIGN = "sign"
    AMEND = "amend"
    VOID = "void"


class SignPanel(Card):
    """Stands over the footer while somebody signs. `confirmed(Deed, passphrase, reason)`."""

    confirmed = Signal(object, str, str)
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, margin=14, parent=parent)
        self.setObjectName("signPanel")
        self._deed = Deed.SIGN
        self._sentence = Text(theme, "", "bodyStrong", wrap=True)
        self._sentence.setObjectName("signSentence")
        self.reason = QLineEdit()
        self.reason.setObjectName("signReason")
        self._reason_box = Captioned(theme, _("Reason"), self.reason)
        self.passphrase = SecretField(theme, name="signPassphrase", label=_("Your passphrase"))
        self.passphrase.confirmed.connect(self._confirm)
        self.reason.returnPressed.connect(self._from_reason)
        self.do = PrimaryButton(theme, _("Sign"), icon="check", name="signConfirm")
        self.do.clicked.connect(self._confirm)
        cancel = Button(theme, _("Cancel"), "ghost", name="signCancel")
        cancel.clicked.connect(self.close_panel)
        self.body.addWidget(self._sentence)
        for field in (self._reason_box, self.passphrase):
            field.setMaximumWidth(theme.px(460))
        self.body.addLayout(row(self._reason_box, self.passphrase, None, spacing=theme.px(12)))
        self.body.addLayout(row(self.do, cancel, None))
        self.hide()

    def ask(self, deed: Deed, sentence: str) -> None:
        """Ask for what this deed needs."""
        self._deed = deed
        self._sentence.setText(sentence)
        self._reason_box.setVisible(deed is not Deed.SIGN)
        self.passphrase.setVisible(deed is not Deed.VOID)
        self.do.setText(
            {
                Deed.SIGN: _("Sign"),
                Deed.AMEND: _("Sign the amendment"),
                Deed.VOID: _("Void visit"),
            }[deed]
        )
        self.passphrase.field.clear()
        self.passphrase.say("")
        self._reason_box.error.say("")
        self.show()
        first = self.passphrase.field if deed is Deed.SIGN else self.reason
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, message: str) -> None:
        """Why it was not done; what was typed stays."""
        self.passphrase.say(message)
        self.do.setEnabled(True)
        self.passphrase.field.setFocus()
        self.passphrase.field.selectAll()

    def close_panel(self) -> None:
        """Nothing is signed, and no passphrase stays in memory longer than needed."""
        self.passphrase.field.clear()
        self.reason.clear()
        self.do.setEnabled(True)
        self.hide()
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the visit unsigned."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def _from_reason(self) -> None:
        if self._deed is Deed.VOID:
            self._confirm()
        else:
            self.passphrase.field.setFocus()

    def _confirm(self) -> None:
        reason = self.reason.text().strip()
        if self._deed is not Deed.SIGN and not reason:
            self._reason_box.error.say(_("Say why."))
            self.reason.setFocus()
            return
        if self._deed is not Deed.VOID and not self.passphrase.text:
            self.passphrase.say(_("Type your passphrase."))
            return
        self.do.setEnabled(False)
        self.confirmed.emit(self._deed, self.passphrase.text, reason)


class SignedBar(Card):
    """Says that a visit is signed; it can be amended or voided, never edited."""

    amend_requested = Signal()
    void_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, tone="ok", margin=10, parent=parent)
        self.setObjectName("signedBar")
        self._words = Text(theme, "", "bodyStrong", wrap=True)
        self._words.setObjectName("signedWords")
        self.amend = Button(theme, _("Amend"), name="amendVisit")
        self.void = Button(theme, _("Void visit"), "danger", name="voidVisit")
        self.amend.clicked.connect(self.amend_requested)
        self.void.clicked.connect(self.void_requested)
        line = row(Icon(theme, "check", "ok", 16), self._words, spacing=theme.px(8))
        line.setStretch(1, 1)
        line.addWidget(self.amend)
        line.addWidget(self.void)
        self.body.addLayout(line)
        self.hide()

    def show_signed(self, versions: tuple[Signature, ...]) -> None:
        """Say who signed which version."""
        if not versions:
            self.hide()
            return
        last = versions[-1]
        words = _("Signed by {person} on {day} at {time}. Fingerprint {print}.").format(
            person=last.person_name,
            day=day(last.signed_at.astimezone().date()),
            time=clock_time(last.signed_at),
            print=last.fingerprint,
        )
        if len(versions) > 1:
            more = _("Version {n}, because: {reason}. What changed shows every version.")
            words = f"{words} {more.format(n=len(versions), reason=last.reason)}"
        self._words.setText(words)
        self.show()


def sentence(draft: VisitDraft, patient: Patient, catalog: Catalog) -> str:
    """What is signed, in one sentence to read before it."""
    product = catalog.products.get(draft.plan.product) if draft.plan.product else None
    points = sum(p.confirmed for p in draft.plan.points)
    lots = ", ".join(v.lot for v in (draft.vial, *draft.more_vials) if v.lot)
    sites = ngettext("{n} site", "{n} sites", points).format(n=points)
    return _("{patient}. {product} {units}, {sites}, lot {lot}.").format(
        patient=person_name(patient.family_name, patient.given_name),
        product=product.name if product else _("No product"),
        units=units(draft.given),
        sites=sites,
        lot=lots or _("not named"),
    )
