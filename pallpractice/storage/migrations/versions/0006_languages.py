"""The languages of people and courses."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("people", "courses"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("language", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    for table in ("people", "courses"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("language")
