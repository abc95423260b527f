"""The meeting and extra time."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extra_time", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_url_template", sa.String(length=500), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_column("meeting_url_template")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_column("extra_time")
