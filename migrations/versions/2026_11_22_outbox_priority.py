"""Patient calls, and replies of several messages.

Why: edits of old answers, which nobody waits for, must not delay the answers that somebody does wait for; and
where the words of a reply fill several messages, a correction has to find all of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '2026_11_22_outbox_priority'
down_revision: str | None = '2026_11_22_people'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('outbox', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('patient', sa.Boolean(), server_default=sa.text('0'), nullable=False))

    with op.batch_alter_table('replies', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('earlier_ids', sa.JSON(), server_default='[]', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('replies', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column('earlier_ids')

    with op.batch_alter_table('outbox', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column('patient')
