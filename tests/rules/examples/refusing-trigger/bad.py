"""refuse orders of less than nothing

By a trigger.

Revision ID: bad
Revises: base
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "bad"
down_revision = "base"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION refuse_negative_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.total < 0 THEN
        RAISE EXCEPTION 'an order cannot be negative';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(REFUSE)
    op.execute(  # finds: refusing-trigger
        "CREATE TRIGGER refuse_negative_total BEFORE INSERT ON orders"
        " FOR EACH ROW EXECUTE FUNCTION refuse_negative_total()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_negative_total ON orders")
    op.execute("DROP FUNCTION refuse_negative_total()")
