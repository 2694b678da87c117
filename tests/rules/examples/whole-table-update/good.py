"""trim the names of customers

A thousand at a time, each batch in its own transaction.

Revision ID: good
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "good"
down_revision = "base"
branch_labels = None
depends_on = None

BACKFILL = """
DO $$
DECLARE
    done customers.id%TYPE;
    upto customers.id%TYPE;
BEGIN
    LOOP
        SELECT id INTO upto FROM customers
        WHERE done IS NULL OR id > done ORDER BY id OFFSET 999 LIMIT 1;
        UPDATE customers SET name = trim(name)
        WHERE (done IS NULL OR id > done) AND (upto IS NULL OR id <= upto);
        COMMIT;
        EXIT WHEN upto IS NULL;
        done := upto;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(BACKFILL)


def downgrade() -> None:
    """The spaces need not come back."""
