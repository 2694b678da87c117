"""drop a function and whatever calls it

The text does not say what that is.

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

TOUCH = """
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.total := COALESCE(NEW.total, 0);
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute("DROP FUNCTION touch() CASCADE")  # finds: cascading-drop


def downgrade() -> None:
    op.execute(TOUCH)
    op.execute("CREATE TRIGGER touch_orders BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()")
