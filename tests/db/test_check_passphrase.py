"""The passphrase asked again before signing: only the signer's own one will do."""

from outcomes_app.db import vault
from outcomes_app.domain.values import PersonId, new_id
from tests.db.conftest import PASSPHRASE, Kept


def test_only_the_persons_own_passphrase_is_right(kept: Kept) -> None:
    opened = kept.open()
    try:
        person = opened.person.id
        assert vault.check_passphrase(kept.folder, person, PASSPHRASE)
        assert not vault.check_passphrase(kept.folder, person, PASSPHRASE + " ")
        assert not vault.check_passphrase(kept.folder, person, "")
        assert not vault.check_passphrase(kept.folder, PersonId(new_id()), PASSPHRASE)
    finally:
        opened.close(with_backup=False)
