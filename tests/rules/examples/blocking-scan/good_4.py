"""bound the events of 2025

What the partition's bounds will say, as a CHECK.

Revision ID: bounded
Revises: validated
Create Date: 2024-01-05 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bounded"
down_revision = "validated"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # assay: waive refusing-constraint owner=@shop -- nothing writes other years there
    op.create_check_constraint(
        "ck_events_2025_bounds",
        "events_2025",
        "happened_at IS NOT NULL AND happened_at >= '2025-01-01 00:00:00+00'"
        " AND happened_at < '2026-01-01 00:00:00+00'",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.drop_constraint("ck_events_2025_bounds", "events_2025", type_="check")
