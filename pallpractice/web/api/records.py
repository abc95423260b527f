"""The records of a course, read and written by programs through the same verbs as the pages."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ...domain.errors import Conflict, NotFound, Refusal
from ...domain.exports import HOLDS, MEDIA_TYPES, SAFE_FOR, TITLES, Format, What
from ...domain.roles import Role
from ...domain.roster import RosterRefused
from ...domain.text import text
from ...library import roster as roster_file
from ...schemas import api as schemas
from ...services import enrolments, people
from ...services.enrolments import Member
from ...services.exports import making, plan
from ...services.exports.people import took_part
from ...storage.courses import Course, Enrolment, Group, Person
from ...storage.unit_of_work import UnitOfWork
from ..language import said
from ..parts import parts
from . import door
from .description import OurBlueprint
from .door import bearer

log = logging.getLogger(__name__)
blueprint = OurBlueprint("api", __name__, url_prefix="/api/v1/courses/<slug>", description="The records of a course")
blueprint.before_request(door.come_in)
blueprint.record_once(door.prepare)
Args = Mapping[str, Any]
READ = {"headers": {"ETag": {"schema": {"type": "string"}, "description": "For If-None-Match"}}}


@blueprint.after_request
def etag(answer: Response) -> Response:
    """Says of what was read when it is the same as before."""
    if request.method in ("GET", "HEAD") and answer.status_code == 200 and not answer.is_streamed:
        answer.add_etag()
        answer.make_conditional(request)
    return answer


def _course(uow: UnitOfWork) -> Course:
    return uow.session.get_one(Course, bearer().course_id)


def _page(items: Sequence[Any], args: Args) -> dict[str, Any]:
    start = (args["page"] - 1) * args["page_size"]
    return {
        "items": items[start : start + args["page_size"]],
        "page": args["page"],
        "page_size": args["page_size"],
        "total": len(items),
    }


@blueprint.route("")
@blueprint.response(200, schemas.CourseOut, **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def course(slug: str) -> Any:
    """The course, and what the token may do"""
    with parts().store.read() as uow:
        found = _course(uow)
        return {name: getattr(found, name) for name in ("id", "slug", "title", "time_zone")} | {"scope": bearer().scope}


# --- people


def _person(one: Member) -> dict[str, Any]:
    entry = one.entry
    return {
        "id": one.id,
        "name": entry.name,
        "email": entry.email,
        "role": entry.role,
        "profession": entry.profession,
        "institution": entry.institution,
        "track": entry.track,
        "team": entry.team,
        "group": entry.group,
        "pronouns": entry.pronouns,
        "time_zone": entry.time_zone,
        "guest": one.is_guest,
        "state": one.state,
        "removed_at": one.removed_at,
    }


@blueprint.route("/people")
@blueprint.arguments(schemas.PeopleQuery, location="query")
@blueprint.response(200, schemas.listed(schemas.PersonOut), **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def list_people(args: Args, slug: str) -> Any:
    """The people, in the roster's order"""
    with parts().store.read() as uow:
        there = enrolments.members(uow, _course(uow))
    return _page([_person(one) for one in there if _wanted(one, args)], args)


def _wanted(one: Member, args: Args) -> bool:
    state = args.get("state")
    return (
        args.get("role") in (None, one.entry.role)
        and (not one.removed_at if state is None else state == one.state)
        and args.get("email", one.entry.email).lower() == one.entry.email
    )


@blueprint.route("/people/<person_id>")
@blueprint.response(200, schemas.PersonOut, **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def read_person(slug: str, person_id: str) -> Any:
    """One person"""
    with parts().store.read() as uow:
        return _person(enrolments.member(uow, _course(uow), person_id))


@blueprint.route("/people", methods=["POST"])
@blueprint.arguments(schemas.NewPerson)
@blueprint.response(201, schemas.PersonOut)
def add_person(given: Args, slug: str) -> Any:
    """Add someone

    Refused with `conflict` where the course can't take them as they are: they are in it, or were removed; their group
    is full or of another track; a cell can't be read.
    """

    def add(uow: UnitOfWork) -> dict[str, Any]:
        person = enrolments.add(uow, _course(uow), roster_file.entry(schemas.cells(given)))
        return _person(enrolments.member(uow, _course(uow), person.id))

    added = _changed(add)
    log.info("person added: %s to %s, by token %s", added["id"], slug, bearer().token_id)
    return added, 201, {"Location": url_for("api.read_person", slug=slug, person_id=added["id"])}


@blueprint.route("/people/<person_id>", methods=["PATCH"])
@blueprint.arguments(schemas.PersonChange)
@blueprint.response(200, schemas.PersonOut)
def change_person(given: Args, slug: str, person_id: str) -> Any:
    """Change someone

    What is left out stays. Another email address ends their links and sessions of the old one.
    """

    def change(uow: UnitOfWork) -> dict[str, Any]:
        found, before = _course(uow), enrolments.member(uow, _course(uow), person_id)
        cells = schemas.cells({**_person(before), **given})
        enrolments.edit(uow, found, person_id, roster_file.entry(cells), bearer().person_id)
        return _person(enrolments.member(uow, found, person_id))

    changed = _changed(change)
    log.info("person changed: %s in %s, by token %s", person_id, slug, bearer().token_id)
    return changed


@blueprint.route("/people/<person_id>", methods=["DELETE"])
@blueprint.response(204)
def remove_person(slug: str, person_id: str) -> ResponseReturnValue:
    """Take someone out of the course

    Their links there end and their windows close; what they wrote stays. They can be brought back.
    """

    def remove(uow: UnitOfWork) -> None:
        found = _course(uow)
        one = enrolments.member(uow, found, person_id)
        people.remove(uow, found, uow.session.get_one(Person, one.id))

    parts().store.change(remove)
    log.info("person removed: %s from %s, by token %s", person_id, slug, bearer().token_id)
    return "", 204


@blueprint.route("/people/<person_id>/restore", methods=["POST"])
@blueprint.response(200, schemas.PersonOut)
def restore_person(slug: str, person_id: str) -> Any:
    """Bring someone back who was taken out

    Into their group, if it still has room for them; their older links stay closed. Whoever is in the course, or has
    been erased, is not found.
    """
    back = parts().store.change(lambda uow: _person(enrolments.restore(uow, _course(uow), person_id)))
    log.info("person restored: %s to %s, by token %s", person_id, slug, bearer().token_id)
    return back


def _changed(verb: Any) -> Any:
    """What the verb gives, with a roster's refusal told by field."""
    try:
        return parts().store.change(verb)
    except RosterRefused as refused:
        wrong: dict[str, list[Any]] = {}
        for fault in refused.faults:
            wrong.setdefault(fault.column, []).append(fault.reason)
        raise Conflict(text("The course can’t take this person as they are."), fields=wrong) from None


# --- the course as it is planned and held


@blueprint.route("/sessions")
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.listed(schemas.SessionOut), **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def list_sessions(args: Args, slug: str) -> Any:
    """The sessions, in the order of time"""
    with parts().store.read() as uow:
        return _page(list(_course(uow).sessions), args)


@blueprint.route("/groups")
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.listed(schemas.GroupOut), **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def list_groups(args: Args, slug: str) -> Any:
    """The groups, by name, with who is in them"""
    with parts().store.read() as uow:
        groups = uow.session.scalars(
            select(Group).where(Group.course_id == bearer().course_id).order_by(Group.name, Group.id)
        ).all()
        there = uow.session.execute(
            select(Enrolment.group_id, Person.id, Person.name, Enrolment.role)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.course_id == bearer().course_id, Enrolment.removed_at.is_(None))
            .order_by(Enrolment.position, Enrolment.id)
        ).all()
    return _page(
        [
            {
                "id": group.id,
                "name": group.name,
                "track": group.track,
                "members": [row._asdict() for row in there if row.group_id == group.id],
            }
            for group in groups
        ],
        args,
    )


@blueprint.route("/plan")
@blueprint.arguments(schemas.SessionQuery, location="query")
@blueprint.response(200, schemas.listed(schemas.PlannedRoundOut), **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def read_plan(args: Args, slug: str) -> Any:
    """The planned rounds, in the order of time, with who has which place"""
    house = parts()
    with house.store.read() as uow:
        found = _course(uow)
        page = _page(plan.ids_of(uow, found, args.get("session")), args)
        rounds = plan.planned(uow, house.library, found, page["items"])
    return page | {
        "items": [
            {
                "session": one.session.key,
                "group": one.group,
                "round": one.round.number,
                "starts_at": one.round.starts_at,
                "ends_at": one.round.ends_at,
                "scenario": one.round.scenario_id,
                "scenario_title": one.title,
                "by_hand": one.round.by_hand,
                "places": one.places,
            }
            for one in rounds
        ]
    }


@blueprint.route("/participation")
@blueprint.arguments(schemas.SessionQuery, location="query")
@blueprint.response(200, schemas.listed(schemas.ParticipationOut), **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def read_participation(args: Args, slug: str) -> Any:
    """How long who was in which session by the rooms' record; what counts for credit is in the file `attendance`"""
    with parts().store.read() as uow:
        sessions = [one for one in _course(uow).sessions if args.get("session") in (None, one.key)]
        there = took_part(uow, sessions)
    return _page(
        [
            {
                "session": one.session.key,
                "person": one.person.id,
                "name": one.person.name,
                "role": Role(one.role),
                "came_at": one.came_at,
                "left_at": one.left_at,
                "stays": one.stays,
                "minutes": one.minutes,
            }
            for one in there
        ],
        args,
    )


# --- files


@blueprint.route("/exports")
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.listed(schemas.ExportOut), **READ)
@blueprint.alt_response(304, description="Nothing has changed")
def list_exports(args: Args, slug: str) -> Any:
    """The files that can be taken out, what each holds, and for whom it is safe"""
    files = [
        {
            "what": what,
            "title": said(TITLES[what]),
            "holds": said(HOLDS[what]),
            "safe_for": said(SAFE_FOR[what]),
            "formats": schemas.STREAMED,
        }
        for what in What
    ]
    return _page(files, args)


WHICH = {"name": "what", "in": "path", "required": True, "schema": {"type": "string", "enum": [*map(str, What)]}}
CONTENT = {"schema": {"type": "string"}, "description": "The file, page by page as it is read"}


@blueprint.route("/exports/<what>", parameters=[WHICH])
@blueprint.arguments(schemas.ExportQuery, location="query")
@blueprint.alt_response(200, success=True, content_type="text/csv", **CONTENT)
@blueprint.alt_response(200, success=True, content_type="application/x-ndjson", **CONTENT)
@blueprint.alt_response(
    200, success=True, content_type="application/json", schema={"type": "array", "items": {"type": "object"}}
)
def take_out(args: Args, slug: str, what: str) -> Response:
    """A file, as it is read

    It is noted who took it. `research` is refused with `not_allowed` while fewer than five people have agreed to it.
    """
    if what not in [*What]:
        raise NotFound(text("There is no such file."))
    house, wanted, format_ = parts(), What(what), Format(args["format"])
    source = making.reading(house.store, house.library, bearer().course_id)
    pieces = making.pieces(source, wanted, format_, house.exporting)
    first = next(pieces)  # a refusal comes before anything is sent
    house.store.change(making.note, source, wanted, format_, None, bearer().person_id)
    log.info("export: %s of %s as %s, by token %s", what, slug, format_, bearer().token_id)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{what}.{format_}"'}
    return Response(_whole(first, pieces), content_type=MEDIA_TYPES[format_], headers=headers)


def _whole(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from chain([first], rest)
    except Refusal:
        log.exception("an export broke off")
        raise
