"""report by quarter

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarterly_reporting_financials",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("fiscal_reporting_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarterly_reporting_financials"),
    )
    op.create_index(
        "ix_quarterly_reporting_financials_company_id_fiscal_re_bf6d132b",
        "quarterly_reporting_financials",
        ["company_id", "fiscal_reporting_date"],
    )


def downgrade() -> None:
    op.drop_table("quarterly_reporting_financials")
