"""Minutes that were entered or stated stay minutes: as times of day they were lost when their session was moved."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATEMENTS = sa.table(
    "statements",
    sa.column("id", sa.String),
    sa.column("session_id", sa.String),
    sa.column("source", sa.String),
    sa.column("came_at", sa.DateTime),
    sa.column("left_at", sa.DateTime),
    sa.column("minutes", sa.Integer),
)
SESSIONS = sa.table("sessions", sa.column("id", sa.String), sa.column("starts_at", sa.DateTime))
OF_NO_TIME = ("hand", "self")  # an organiser's corrections, and learners' own words


def upgrade() -> None:
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
    wanted = sa.select(STATEMENTS).where(STATEMENTS.c.source.in_(OF_NO_TIME), STATEMENTS.c.came_at.is_not(None))
    for row in op.get_bind().execute(wanted).all():
        _set(row.id, minutes=(row.left_at - row.came_at) // timedelta(minutes=1), came_at=None, left_at=None)


def downgrade() -> None:
    wanted = (
        sa.select(STATEMENTS.c.id, STATEMENTS.c.minutes, SESSIONS.c.starts_at)
        .join(SESSIONS, SESSIONS.c.id == STATEMENTS.c.session_id)
        .where(STATEMENTS.c.minutes > 0)
    )
    for row in op.get_bind().execute(wanted).all():
        _set(row.id, came_at=row.starts_at, left_at=row.starts_at + timedelta(minutes=row.minutes))
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_column("minutes")


def _set(row_id: str, **values: object) -> None:
    op.get_bind().execute(sa.update(STATEMENTS).where(STATEMENTS.c.id == row_id).values(**values))
