"""mark tickets

An enum with a table that uses it.

Revision ID: base
Revises:
Create Date: 2024-01-02 09:00:00.000000+00:00
"""

from __future__ import annotations

from alembic import op

revision = "base"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TYPE ticket_state AS ENUM ('open', 'waiting', 'done')")
    op.execute(
        "CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY, state ticket_state NOT NULL,"
        " CONSTRAINT pk_tickets PRIMARY KEY (id))"
    )


def downgrade() -> None:
    op.execute("DROP TABLE tickets")
    op.execute("DROP TYPE ticket_state")
