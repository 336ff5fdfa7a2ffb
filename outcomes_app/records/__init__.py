"""Every question and every deed: takes a Session first, returns domain values."""

from sqlalchemy.orm import Session

# For the types of those above that pass a session on and know nothing else of SQLAlchemy.
__all__ = ["Session"]
