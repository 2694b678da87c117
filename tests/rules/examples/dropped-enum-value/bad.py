"""let no ticket wait

A type of fewer values in the place of the old one.

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

SWAP = """
ALTER TABLE tickets ALTER COLUMN state TYPE ticket_state
USING (CASE state WHEN 'waiting' THEN 'open' ELSE state::text END)::ticket_state
"""


def upgrade() -> None:
    op.execute("ALTER TYPE ticket_state RENAME TO ticket_state_old")
    op.execute("CREATE TYPE ticket_state AS ENUM ('open', 'done')")
    op.execute(SWAP)  # finds: dropped-enum-value, table-rewrite
    op.execute("DROP TYPE ticket_state_old")


def downgrade() -> None:
    op.execute("ALTER TYPE ticket_state RENAME TO ticket_state_old")
    op.execute("CREATE TYPE ticket_state AS ENUM ('open', 'waiting', 'done')")
    op.execute("ALTER TABLE tickets ALTER COLUMN state TYPE ticket_state USING state::text::ticket_state")
    op.execute("DROP TYPE ticket_state_old")
