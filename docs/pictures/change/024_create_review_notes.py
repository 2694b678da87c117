"""create review_notes

Revision ID: 024
Revises: 023
Create Date: 2024-06-03 09:41:10.771000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "review_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("metrics_input_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notes")),
        sa.ForeignKeyConstraint(
            ["metrics_input_id"],
            ["metrics_input.id"],
            name=op.f("fk_review_notes_metrics_input_id"),
        ),
    )
    op.create_index(op.f("ix_review_notes_metrics_input_id"), "review_notes", ["metrics_input_id"])
    op.create_index(op.f("ix_metrics_input_source"), "metrics_input", ["source"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_metrics_input_source"), table_name="metrics_input")
    op.drop_table("review_notes")
