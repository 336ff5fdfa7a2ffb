"""Course in, result dataclass out. Pure arithmetic; no drawing, no storage."""
