"""Teaching: a chat's labels, the photos that have them, what was learnt from them, and trainings.

Why: what people teach must outlive a restart and be deleted with them, an old model must be there to go back
to, and a training must be taken up again where a crash broke it off.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '2026_11_22_teaching'
down_revision: str | None = '2026_11_22_outbox_priority'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('labels',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_key', sa.String(), nullable=False),
    sa.Column('created_by', ID, nullable=False),
    sa.Column('created_at', sa.Double(), nullable=False),
    sa.Column('deleted_at', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_labels_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_labels')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('labels') as batch_op:
        batch_op.create_index('uq_labels_living_name', ['chat_id', 'name_key'], unique=True, sqlite_where=sa.text('deleted_at IS NULL'))

    op.create_table('models',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('version', ID, nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('backbone', sa.String(), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('seed', ID, nullable=False),
    sa.Column('trained_by', ID, nullable=False),
    sa.Column('trained_at', sa.Double(), nullable=False),
    sa.Column('live', sa.Boolean(), server_default=sa.text('0'), nullable=False),
    sa.Column('activated_at', sa.Double(), nullable=True),
    sa.Column('retired_at', sa.Double(), nullable=True),
    sa.Column('retired_because', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_models_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_models')),
    sa.UniqueConstraint('chat_id', 'kind', 'version', name=op.f('uq_models_chat_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('models') as batch_op:
        batch_op.create_index(batch_op.f('ix_models_file'), ['file'], unique=False)
        batch_op.create_index(batch_op.f('ix_models_network'), ['network'], unique=False)
        batch_op.create_index('uq_models_live', ['chat_id', 'kind'], unique=True, sqlite_where=sa.text('live'))

    op.create_table('trainings',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('thread_id', ID, nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('asked_by', ID, nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outbox_id', ID, nullable=True),
    sa.Column('seed', ID, nullable=False),
    sa.Column('attempts', ID, nullable=False),
    sa.Column('created_at', sa.Double(), nullable=False),
    sa.Column('started_at', sa.Double(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_trainings_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trainings')),
    sa.UniqueConstraint('chat_id', 'kind', name=op.f('uq_trainings_chat_id')),
    sqlite_autoincrement=True
    )
    op.create_table('examples',
    sa.Column('id', ID, nullable=False),
    sa.Column('chat_id', ID, nullable=False),
    sa.Column('label_id', ID, nullable=False),
    sa.Column('photo', sa.String(), nullable=False),
    sa.Column('file_unique_id', sa.String(), nullable=False),
    sa.Column('message_id', ID, nullable=True),
    sa.Column('album', sa.String(), nullable=True),
    sa.Column('sender_id', ID, nullable=False),
    sa.Column('labelled_by', ID, nullable=False),
    sa.Column('labelled_at', sa.Double(), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], name=op.f('fk_examples_chat_id_chats'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['label_id'], ['labels.id'], name=op.f('fk_examples_label_id_labels'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_examples')),
    sa.UniqueConstraint('chat_id', 'photo', name=op.f('uq_examples_chat_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('examples') as batch_op:
        batch_op.create_index('ix_examples_file', ['chat_id', 'file_unique_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_examples_label_id'), ['label_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_examples_labelled_by'), ['labelled_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_examples_photo'), ['photo'], unique=False)
        batch_op.create_index(batch_op.f('ix_examples_sender_id'), ['sender_id'], unique=False)

    op.create_table('model_examples',
    sa.Column('model_id', ID, nullable=False),
    sa.Column('photo', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('sender_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['model_id'], ['models.id'], name=op.f('fk_model_examples_model_id_models'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('model_id', 'photo', name=op.f('pk_model_examples')),
    sqlite_autoincrement=False
    )
    with op.batch_alter_table('model_examples') as batch_op:
        batch_op.create_index(batch_op.f('ix_model_examples_sender_id'), ['sender_id'], unique=False)

    op.create_table('model_people',
    sa.Column('id', ID, nullable=False),
    sa.Column('model_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('position', ID, nullable=True),
    sa.ForeignKeyConstraint(['model_id'], ['models.id'], name=op.f('fk_model_people_model_id_models'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_model_people_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_people')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('model_people') as batch_op:
        batch_op.create_index(batch_op.f('ix_model_people_model_id'), ['model_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_model_people_person_id'), ['person_id'], unique=False)

    op.create_table('example_people',
    sa.Column('id', ID, nullable=False),
    sa.Column('example_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['example_id'], ['examples.id'], name=op.f('fk_example_people_example_id_examples'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_example_people_person_id_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_example_people')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('example_people') as batch_op:
        batch_op.create_index(batch_op.f('ix_example_people_example_id'), ['example_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_example_people_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('example_people') as batch_op:
        batch_op.drop_index(batch_op.f('ix_example_people_person_id'))
        batch_op.drop_index(batch_op.f('ix_example_people_example_id'))

    op.drop_table('example_people')
    with op.batch_alter_table('model_people') as batch_op:
        batch_op.drop_index(batch_op.f('ix_model_people_person_id'))
        batch_op.drop_index(batch_op.f('ix_model_people_model_id'))

    op.drop_table('model_people')
    with op.batch_alter_table('model_examples') as batch_op:
        batch_op.drop_index(batch_op.f('ix_model_examples_sender_id'))

    op.drop_table('model_examples')
    with op.batch_alter_table('examples') as batch_op:
        batch_op.drop_index(batch_op.f('ix_examples_sender_id'))
        batch_op.drop_index(batch_op.f('ix_examples_photo'))
        batch_op.drop_index(batch_op.f('ix_examples_labelled_by'))
        batch_op.drop_index(batch_op.f('ix_examples_label_id'))
        batch_op.drop_index('ix_examples_file')

    op.drop_table('examples')
    op.drop_table('trainings')
    with op.batch_alter_table('models') as batch_op:
        batch_op.drop_index('uq_models_live', sqlite_where=sa.text('live'))
        batch_op.drop_index(batch_op.f('ix_models_network'))
        batch_op.drop_index(batch_op.f('ix_models_file'))

    op.drop_table('models')
    with op.batch_alter_table('labels') as batch_op:
        batch_op.drop_index('uq_labels_living_name', sqlite_where=sa.text('deleted_at IS NULL'))

    op.drop_table('labels')
