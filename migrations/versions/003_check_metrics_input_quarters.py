"""check metrics_input quarters

Quarters are 1 to 4. NOT VALID holds for new and changed rows at once and does not read the old ones, so
the ACCESS EXCLUSIVE lock lasts for a moment; 004 reads them, under a lock that lets writers through.

Revision ID: 003
Revises: 002
Create Date: 2023-10-16 09:30:05.482000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

COLUMNS = ("reporting_quarter", "fiscal_reporting_quarter")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in COLUMNS:
        # assay: waive refusing-constraint -- the form has offered the four quarters only, since it exists
        op.create_check_constraint(
            op.f(f"ck_metrics_input_{column}"),
            "metrics_input",
            f"{column} BETWEEN 1 AND 4",
            postgresql_not_valid=True,
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in reversed(COLUMNS):
        op.drop_constraint(op.f(f"ck_metrics_input_{column}"), "metrics_input", type_="check")
