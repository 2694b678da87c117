"""let customers leave

The value is committed before it is used, and may be added twice.

Revision ID: leaving
Revises: indexed
Create Date: 2024-01-03 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "leaving"
down_revision = "indexed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE customer_status ADD VALUE IF NOT EXISTS 'gone'")
    op.execute("UPDATE customers SET status = 'gone' WHERE email = 'left@example.com'")


def downgrade() -> None:
    op.execute("DROP VIEW active_customers")
    op.execute("ALTER TABLE customers ALTER COLUMN status DROP DEFAULT")
    op.execute("ALTER TYPE customer_status RENAME TO customer_status_old")
    op.execute("CREATE TYPE customer_status AS ENUM ('new', 'active', 'closed')")
    op.execute(
        "ALTER TABLE customers ALTER COLUMN status TYPE customer_status USING status::text::customer_status"
    )
    op.execute("ALTER TABLE customers ALTER COLUMN status SET DEFAULT 'new'")
    op.execute("DROP TYPE customer_status_old")
    op.execute(
        "CREATE VIEW active_customers AS SELECT id, email, name FROM customers WHERE status = 'active'"
    )
