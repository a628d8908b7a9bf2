"""People: who agreed to be recognised, who is not whom, and which message of ours says what.

Why: a "no" must outlive a restart, a consent needs a record, an answer that turns out wrong is edited, and
what is slow (drawing it again, looking at old photos) is a job that a restart does not lose.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '2026_11_22_people'
down_revision: str | None = '2026_11_22_first_light'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('jobs',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('attempts', ID, nullable=False),
    sa.Column('not_before', sa.Double(), nullable=False),
    sa.Column('created_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_jobs_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('chat_id', 'kind', 'key', name=op.f('uq_jobs_chat_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('jobs') as batch_op:
        batch_op.create_index(batch_op.f('ix_jobs_not_before'), ['not_before'], unique=False)

    op.create_table('refusals',
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('refused_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_refusals_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('chat_id', 'digest', name=op.f('pk_refusals')),
    sqlite_autoincrement=False
    )
    op.create_table('replies',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('thread_id', ID, nullable=True),
    sa.Column('asked_by', ID, nullable=False),
    sa.Column('asked_message_id', ID, nullable=False),
    sa.Column('album', sa.String(), nullable=True),
    sa.Column('message_id', ID, nullable=True),
    sa.Column('is_caption', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_replies_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('replies') as batch_op:
        batch_op.create_index('ix_replies_album', ['chat_id', 'album'], unique=False)
        batch_op.create_index(batch_op.f('ix_replies_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_replies_message', ['chat_id', 'message_id'], unique=False)

    op.create_table('consents',
    sa.Column('id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('given_by', ID, nullable=False),
    sa.Column('wording', sa.String(), nullable=False),
    sa.Column('given_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_consents_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    sqlite_autoincrement=False
    )
    with op.batch_alter_table('consents') as batch_op:
        batch_op.create_index(batch_op.f('ix_consents_given_by'), ['given_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_consents_person_id'), ['person_id'], unique=False)

    op.create_table('negatives',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('box', sa.JSON(), nullable=False),
    sa.Column('created_by', ID, nullable=False),
    sa.Column('created_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_negatives_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_negatives_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_negatives')),
    sqlite_autoincrement=False
    )
    with op.batch_alter_table('negatives') as batch_op:
        batch_op.create_index('ix_negatives_chat_id', ['chat_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_negatives_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('answers', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('reply_id', ID, nullable=True))
        batch_op.add_column(sa.Column('position', ID, server_default='1', nullable=False))
        batch_op.add_column(sa.Column('revision', ID, server_default='0', nullable=False))
        batch_op.create_index(batch_op.f('ix_answers_reply_id'), ['reply_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_answers_reply_id_replies'), 'replies', ['reply_id'], ['id'], ondelete='CASCADE')

    op.create_table('strangers',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('answer_id', ID, nullable=False),
    sa.Column('face', ID, nullable=False),
    sa.Column('crop', sa.String(), nullable=False),
    sa.Column('box', sa.JSON(), nullable=False),
    sa.Column('landmarks', sa.JSON(), nullable=False),
    sa.Column('quality', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_strangers_answer_id_answers'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_strangers_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_strangers')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('strangers') as batch_op:
        batch_op.create_index(batch_op.f('ix_strangers_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index('ix_strangers_chat_id', ['chat_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_strangers_crop'), ['crop'], unique=False)
        batch_op.create_index(batch_op.f('ix_strangers_expires_at'), ['expires_at'], unique=False)

    with op.batch_alter_table('chats') as batch_op:
        batch_op.add_column(sa.Column('tagging', sa.Boolean(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('strictness', sa.String(length=8), server_default='normal', nullable=False))
        batch_op.add_column(sa.Column('strangers', sa.Boolean(), server_default=sa.text('0'), nullable=False))
        batch_op.add_column(sa.Column('keep_answers_s', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('language', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('greeted_at', sa.Double(), nullable=True))

    with op.batch_alter_table('outbox', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('reply_id', ID, nullable=True))
        batch_op.add_column(sa.Column('answer_ids', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('answer_revision', ID, server_default='0', nullable=False))
    # What was on its way when the bot was stopped still knows its answer.
    op.execute("UPDATE outbox SET answer_ids = json_array(answer_id) WHERE answer_id IS NOT NULL")
    with op.batch_alter_table('outbox', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column('answer_id')

    with op.batch_alter_table("people", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('user_id', ID, nullable=True))
        batch_op.add_column(sa.Column('mention', sa.Boolean(), server_default=sa.text('0'), nullable=False))
        batch_op.create_index('ix_people_user_id', ['user_id'], unique=False)

    # Whoever enrolled somebody until now did so without words of ours to agree to.
    op.execute(
        "INSERT INTO consents (person_id, kind, given_by, wording, given_at)"
        " SELECT id, 'attested', created_by, '', created_at FROM people ORDER BY id"
    )


def downgrade() -> None:
    with op.batch_alter_table("people", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_index('ix_people_user_id')
        batch_op.drop_column('mention')
        batch_op.drop_column('user_id')

    with op.batch_alter_table('outbox', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('answer_id', ID, nullable=True))
    op.execute("UPDATE outbox SET answer_id = json_extract(answer_ids, '$[0]')")
    with op.batch_alter_table('outbox', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column('answer_revision')
        batch_op.drop_column('answer_ids')
        batch_op.drop_column('reply_id')

    with op.batch_alter_table('chats') as batch_op:
        batch_op.drop_column('greeted_at')
        batch_op.drop_column('language')
        batch_op.drop_column('keep_answers_s')
        batch_op.drop_column('strangers')
        batch_op.drop_column('strictness')
        batch_op.drop_column('tagging')

    with op.batch_alter_table('strangers') as batch_op:
        batch_op.drop_index(batch_op.f('ix_strangers_expires_at'))
        batch_op.drop_index(batch_op.f('ix_strangers_crop'))
        batch_op.drop_index('ix_strangers_chat_id')
        batch_op.drop_index(batch_op.f('ix_strangers_answer_id'))

    op.drop_table('strangers')
    with op.batch_alter_table('answers', table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_answers_reply_id_replies'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_answers_reply_id'))
        batch_op.drop_column('revision')
        batch_op.drop_column('position')
        batch_op.drop_column('reply_id')

    with op.batch_alter_table('negatives') as batch_op:
        batch_op.drop_index(batch_op.f('ix_negatives_person_id'))
        batch_op.drop_index('ix_negatives_chat_id')

    op.drop_table('negatives')
    with op.batch_alter_table('consents') as batch_op:
        batch_op.drop_index(batch_op.f('ix_consents_person_id'))
        batch_op.drop_index(batch_op.f('ix_consents_given_by'))

    op.drop_table('consents')
    with op.batch_alter_table('replies') as batch_op:
        batch_op.drop_index('ix_replies_message')
        batch_op.drop_index(batch_op.f('ix_replies_created_at'))
        batch_op.drop_index('ix_replies_album')

    op.drop_table('replies')
    op.drop_table('refusals')
    with op.batch_alter_table('jobs') as batch_op:
        batch_op.drop_index(batch_op.f('ix_jobs_not_before'))

    op.drop_table('jobs')
