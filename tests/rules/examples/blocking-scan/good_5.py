"""look at the events of 2025

Beside readers and writers.

Revision ID: bounds_validated
Revises: bounded
Create Date: 2024-01-06 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bounds_validated"
down_revision = "bounded"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE events_2025 VALIDATE CONSTRAINT ck_events_2025_bounds")


def downgrade() -> None:
    op.drop_constraint("ck_events_2025_bounds", "events_2025", type_="check")
    op.create_check_constraint(
        "ck_events_2025_bounds",
        "events_2025",
        "happened_at IS NOT NULL AND happened_at >= '2025-01-01 00:00:00+00'"
        " AND happened_at < '2026-01-01 00:00:00+00'",
        postgresql_not_valid=True,
    )
