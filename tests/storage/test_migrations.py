"""Migrations: up, down and up again with data kept; they make the very tables the classes describe."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from pallpractice.storage import schema
from pallpractice.storage.base import Base, new_id
from pallpractice.storage.courses import Course, Enrolment, Person
from pallpractice.storage.credit import Statement
from pallpractice.storage.rooms import RoundRow
from pallpractice.storage.tokens import ApiToken
from pallpractice.storage.unit_of_work import Store


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/folder/that/is/not/there/yet.db"


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


def test_a_file_that_is_not_there_has_no_revision_and_asking_makes_none(sqlite_url: str, tmp_path: Path) -> None:
    assert schema.current(sqlite_url) is None
    assert list(tmp_path.iterdir()) == []


def test_up_makes_every_table_and_down_takes_them_all_away(url: str) -> None:
    schema.upgrade(url)
    assert schema.current(url) == schema.newest()
    assert tables(url) == set(Base.metadata.tables)
    schema.downgrade(url, "base")
    assert tables(url) == set()
    schema.upgrade(url)
    assert tables(url) == set(Base.metadata.tables)


def test_the_migrations_make_the_tables_that_the_classes_describe(url: str) -> None:
    schema.upgrade(url)
    assert schema.differences(url) == []


def test_every_constraint_and_index_has_a_name(url: str) -> None:
    schema.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        look = inspect(connection)
        for table in look.get_table_names():
            if table == "alembic_version":
                continue
            named = [look.get_pk_constraint(table), *look.get_foreign_keys(table)]
            assert all(one["name"] for one in [*named, *look.get_unique_constraints(table)]), table
    engine.dispose()


def test_a_second_upgrade_keeps_the_rows(url: str) -> None:
    schema.upgrade(url)
    store = Store(url)
    with store.write() as uow:
        for number in range(1000):
            uow.session.add(Person(id=new_id(), email=f"{number}@example.org", name=f"Person {number}"))
    store.close()
    schema.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from people")).scalar_one() == 1000
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    from alembic.operations import Operations

    monkeypatch.setattr(Operations, "create_index", fail, raising=False)
    monkeypatch.setattr("alembic.operations.base.BatchOperations.create_index", fail)
    with pytest.raises(RuntimeError, match="power"):
        schema.upgrade(url)
    assert tables(url) == set()
    assert schema.current(url) is None


# A course as each earlier revision holds it: (table, values). What a later one adds gets its default.
COURSE: dict[str, dict[str, object]] = {
    "courses": {
        "id": "c",
        "slug": "talk",
        "title": "Talk",
        "time_zone": "UTC",
        "meeting_url_template": "",
        "observers_see_scorecards": False,
    },
    "people": {
        "id": "p",
        "email": "p@example.org",
        "name": "P",
        "profession": "nurse",
        "pronouns": "",
        "time_zone": "",
        "session_epoch": 0,
        "active": True,
    },
    "groups": {"id": "g", "course_id": "c", "name": "Maple"},
    "enrolments": {"id": "e", "course_id": "c", "person_id": "p", "role": "learner", "group_id": "g", "position": 0},
}


def test_an_earlier_course_comes_through_every_later_revision_and_back(url: str) -> None:
    schema.upgrade(url, "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        for table, values in COURSE.items():
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"insert into {table} ({names}) values ({marks})"), values)
    schema.upgrade(url)
    store = Store(url)
    with store.read() as uow:
        enrolment = uow.session.get_one(Enrolment, "e")
        assert (enrolment.course.scenario_ids, enrolment.course.rubric_ids, enrolment.course.wishes) == (None, {}, {})
        assert (enrolment.person.institution, enrolment.team, enrolment.goal) == ("", "", "")
        assert (enrolment.extra_time, enrolment.group.meeting_url_template) == (False, "")
        assert (enrolment.course.credit, enrolment.moc_board) == ({}, "")
        assert enrolment.pinned, "the roster's file had put them into the group"
    with store.write() as uow:
        mark = {"name": "nightly", "scope": "read", "token_hash": "0" * 64, "made_at": uow.now, "expires_at": uow.now}
        uow.session.add(ApiToken(person_id="p", course_id="c", **mark))
    store.close()
    schema.downgrade(url, "0001")
    with engine.connect() as connection:
        kept = connection.execute(text("select name, profession from people")).one()
        assert tuple(kept) == ("P", "nurse")
        assert connection.execute(text("select group_id from enrolments")).scalar_one() == "g"
    engine.dispose()


ROUND = (
    "insert into sessions (id, course_id, key, title, kind, day, starts_at, ends_at, credit_types, sequence) values"
    " ('s', 'c', 'k', 'S', 'practice', '2026-05-14', '2026-05-14 15:00:00', '2026-05-14 16:00:00', '[]', 0)",
    "insert into rooms (id, session_id, group_id, name, phase, clock_length_s, clock_stopped_s, row_version)"
    " values ('r', 's', 'g', 'Maple', 'close', 0, 0, 1)",
    *(
        "insert into rounds (id, room_id, number, learner_id, scenario_id, scenario_version, rubric_id, rubric_version,"
        f" minutes, started_at, closed_at) values ('{name}', 'r', {number}, 'p', 'x', 1, 'y', 1, 10,"
        f" '2026-05-14 15:00:00', {closed})"
        for number, (name, closed) in enumerate([("done", "'2026-05-14 15:30:00'"), ("open", "null")], 1)
    ),
)


def at_0008(url: str) -> Engine:
    """A course with a closed round and an open one."""
    schema.upgrade(url, "0008")
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in ("courses", "people", "groups"):
            values = COURSE[table] | {"courses": {"rubric_ids": "{}", "wishes": "{}"}}.get(table, {})
            names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
            connection.execute(text(f"insert into {table} ({names}) values ({marks})"), values)
        for statement in ROUND:
            connection.execute(text(statement))
    return engine


def test_a_report_that_was_out_before_there_was_a_choice_stays_out(url: str) -> None:
    engine = at_0008(url)
    schema.upgrade(url)
    store = Store(url)
    with store.read() as uow:
        done, still_open = (uow.session.get_one(RoundRow, name) for name in ("done", "open"))
        assert (done.released_at, still_open.released_at) == (done.closed_at, None)
        course = uow.session.get_one(Course, "c")
        assert (course.release_policy, course.peer_names) == ("turn", True)
    store.close()
    schema.downgrade(url, "0008")
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from rounds")).scalar_one() == 2
    engine.dispose()


@pytest.mark.parametrize("names", [True, False])
def test_rounds_name_their_peers_as_their_course_did(url: str, names: bool) -> None:
    engine = at_0008(url)
    schema.upgrade(url, "0014")
    with engine.begin() as connection:
        connection.execute(text("update courses set peer_names = :names"), {"names": names})
    schema.upgrade(url)
    store = Store(url)
    with store.read() as uow:
        assert [row.peer_names for row in uow.session.query(RoundRow)] == [names, names]
    store.close()
    schema.downgrade(url, "0014")
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from rounds")).scalar_one() == 2
    engine.dispose()


def test_minutes_entered_before_they_were_kept_as_minutes_are_still_as_many(url: str) -> None:
    engine = at_0008(url)
    schema.upgrade(url, "0016")
    said = (
        "insert into statements (id, session_id, person_id, source, batch, came_at, left_at, reason, made_by, made_at)"
        " values (:source, 's', 'p', :source, :source, :came, :left, '', 'p', '2026-05-15 09:00:00')"
    )
    times = {"came": "2026-05-14 15:00:00", "left": "2026-05-14 15:40:00"}
    nothing = {"came": None, "left": None}
    with engine.begin() as connection:
        for one in ({"source": "hand", **times}, {"source": "file", **times}, {"source": "self", **nothing}):
            connection.execute(text(said), one)
    schema.upgrade(url)
    store = Store(url)
    with store.read() as uow:
        kept = {row.source: (row.came_at, row.minutes) for row in uow.session.query(Statement)}
        came = datetime(2026, 5, 14, 15, tzinfo=UTC)
        assert kept == {"hand": (None, 40), "file": (came, None), "self": (None, None)}
    store.close()
    schema.downgrade(url, "0016")
    with engine.connect() as connection:
        again = connection.execute(text("select source, left_at from statements where left_at is not null")).all()
        assert sorted((source, str(left)[:16]) for source, left in again) == [
            ("file", "2026-05-14 15:40"),
            ("hand", "2026-05-14 15:40"),
        ]
    engine.dispose()
