"""The table of looks: who saw or heard what was said, never changed or removed."""

from __future__ import annotations

import sqlalchemy as sa

from callbacks.store.sql_append_only import guard
from callbacks.store.sql_tables import ID, NAME
from config.database import UtcDateTime, metadata

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("what", NAME, nullable=False),
    sa.Column("subject", ID, nullable=False, index=True),
)
guard(looks)
