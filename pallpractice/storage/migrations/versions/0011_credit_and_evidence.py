"""Credit and evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def id_to(table: str, name: str, *, primary: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(f"{name}_id", sa.String(32), primary_key=primary, nullable=False),
        sa.ForeignKeyConstraint([f"{name}_id"], [f"{table}.id"]),
    ]


def by() -> list[sa.schema.SchemaItem]:
    return [sa.Column("made_by", sa.String(32), nullable=False), sa.ForeignKeyConstraint(["made_by"], ["people.id"])]


def upgrade() -> None:
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credit", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moc_board", sa.String(20), nullable=False, server_default=""))
    key = ("id", sa.String(32))
    op.create_table(
        "statements",
        sa.Column(*key, primary_key=True),
        *id_to("sessions", "session"),
        *id_to("people", "person"),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("came_at", sa.DateTime(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        *by(),
        sa.Column("made_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column(*key, primary_key=True),
        *id_to("courses", "course"),
        *id_to("people", "person"),
        sa.Column("quarters", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "evaluations",
        sa.Column(*key, primary_key=True),
        *id_to("courses", "course"),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
    )
    op.create_table(
        "evaluators",
        *id_to("courses", "course", primary=True),
        *id_to("people", "person", primary=True),
    )
    op.create_table(
        "consents",
        sa.Column(*key, primary_key=True),
        *id_to("people", "person"),
        *id_to("courses", "course"),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
    )
    op.create_table(
        "licences",
        sa.Column(*key, primary_key=True),
        *id_to("courses", "course"),
        *id_to("people", "person"),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("course_id", "person_id"),
    )
    op.create_table(
        "standards",
        sa.Column(*key, primary_key=True),
        *id_to("courses", "course"),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("least", sa.Double(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"]),
        sa.Column("set_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "attestations",
        sa.Column(*key, primary_key=True),
        *id_to("courses", "course"),
        *id_to("people", "person"),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *by(),
        sa.Column("made_at", sa.DateTime(), nullable=False),
    )
    for table, column in (
        ("statements", "session_id"),
        ("statements", "person_id"),
        ("claims", "course_id"),
        ("evaluations", "course_id"),
        ("standards", "course_id"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column])
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_person_course", ["person_id", "course_id"])
    with op.batch_alter_table("attestations", schema=None) as batch_op:
        batch_op.create_index("ix_attestations_course_person", ["course_id", "person_id"])


def downgrade() -> None:
    for table in (
        "attestations",
        "standards",
        "licences",
        "consents",
        "evaluators",
        "evaluations",
        "claims",
        "statements",
    ):
        op.drop_table(table)
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_column("moc_board")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_column("credit")
