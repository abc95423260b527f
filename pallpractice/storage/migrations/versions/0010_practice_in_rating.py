"""Practice in rating: worked encounters as people rated them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibrations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("course_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("encounter_id", sa.String(length=80), nullable=False),
        sa.Column("encounter_version", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_calibrations_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calibrations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
        sa.UniqueConstraint(
            "course_id",
            "person_id",
            "encounter_id",
            "encounter_version",
            name=op.f("uq_calibrations_course_id_person_id_encounter_id_encounter_version"),
        ),
    )
    op.create_index(op.f("ix_calibrations_person_id"), "calibrations", ["person_id"])
    op.create_table(
        "calibration_marks",
        sa.Column("calibration_id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibrations.id"], name=op.f("fk_calibration_marks_calibration_id")
        ),
        sa.PrimaryKeyConstraint("calibration_id", "item", name=op.f("pk_calibration_marks")),
    )


def downgrade() -> None:
    op.drop_table("calibration_marks")
    op.drop_index(op.f("ix_calibrations_person_id"), table_name="calibrations")
    op.drop_table("calibrations")
