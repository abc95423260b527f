"""Whether a round's learner reads which peer gave what: kept with the round, so that what was promised stays so."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("peer_names", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(
        "UPDATE rounds SET peer_names = (SELECT courses.peer_names FROM courses"
        " JOIN sessions ON sessions.course_id = courses.id JOIN rooms ON rooms.session_id = sessions.id"
        " WHERE rooms.id = rounds.room_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("peer_names")
