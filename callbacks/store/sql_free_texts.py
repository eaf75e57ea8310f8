"""Tables of the words that can be erased, see `callbacks.privacy.free_texts`."""

from __future__ import annotations

import sqlalchemy as sa

from callbacks.store.sql_tables import ID, case_notes, promises
from config.database import metadata
from config.sql_sealed import SealedText

promise_texts = sa.Table(
    "promise_texts",
    metadata,
    sa.Column("promise_id", ID, sa.ForeignKey(promises.c.id), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("text", SealedText("promise_texts.text"), nullable=False),
)

case_texts = sa.Table(
    "case_texts",
    metadata,
    sa.Column(
        "position",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey(case_notes.c.position),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("text", SealedText("case_texts.text"), nullable=False),
)
