"""Invitations to a course, for its organisers: who has one, sending, reminders, links to copy. And the calendar file
that each member may fetch.
"""

import logging
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain import invitations as rules
from ..domain.errors import Invalid
from ..domain.invitations import Kind, Reminders
from ..domain.text import Text, text
from ..schemas import forms
from ..schemas import invitations as schemas
from ..services import cells, courses, enrolments
from ..services.invitations import attending, calendars, sending
from ..services.invitations.attending import Known
from ..services.people import IssuedLink
from ..storage.courses import Course
from ..storage.unit_of_work import UnitOfWork
from . import times
from .language import flash, jsonify
from .parts import parts

log = logging.getLogger(__name__)
blueprint = Blueprint("invitations", __name__, url_prefix="/courses/<slug>")

COLUMNS = ("name", "email", "role", "group", "link", "note")
NO_LINK = "No link: also in a course that you do not organise"


@blueprint.get("/invitations")
@login_required
def show(slug: str) -> str:
    """Who was invited when, who has opened their link, what failed; what would be sent now."""
    form = forms.read(schemas.PreviewForm(), request.args)
    house = parts()
    mail = house.settings.mail
    with house.store.read() as uow:
        course = _organised(uow, slug)
        people = sending.overview(uow, course)
        there = [one for one in people if not one.known.member.removed]
        chosen = form["person"] or next((one.known.person.id for one in there), None)
        return _page(
            "courses/invitations.html",
            course,
            mail=mail,
            people=people,
            there=there,
            elsewhere=enrolments.elsewhere(uow, [one.known.person.id for one in there], current_user.person_id),
            due={kind.value: sum(kind in one.waits for one in people) for kind in Kind},
            opened=sum(one.known.opened_at is not None for one in there),
            progress=sending.progress(uow, course),
            trouble=house.postman.trouble if house.postman else "",
            letter=sending.preview(uow, mail, course, chosen) if mail and chosen else None,
            chosen=chosen,
            reminders=Reminders.of(course.wishes),
        )


@blueprint.get("/invitations/progress")
@login_required
def progress(slug: str) -> ResponseReturnValue:
    """How far the sending is, for the page's script; `of` 0 when nothing is under way."""
    with parts().store.read() as uow:
        done, of = sending.progress(uow, _organised(uow, slug)) or (0, 0)
    postman = parts().postman
    return jsonify(done=done, of=of, trouble=postman.trouble if postman else "")


@blueprint.post("/invitations")
@login_required
def send(slug: str) -> ResponseReturnValue:
    """Lets letters wait for the postman, who is beside the server, and shows how far they are."""
    form = forms.read(
        schemas.SendForm(), {"what": request.form.get("what", ""), "people": request.form.getlist("people")}
    )
    postman = parts().postman

    def wait(uow: UnitOfWork) -> int:
        course = _organised(uow, slug)
        if postman is None:
            raise Invalid(text("Mail is off on this site. Copy the links instead."))
        if form["what"] != schemas.AGAIN:
            return sending.queue(uow, course, [Kind(form["what"])])
        if not form["people"]:
            raise Invalid(text("Tick at least one person to send to again."))
        wanted = attending.everyone(uow, course, form["people"])
        return sending.again(uow, course, [one.person.email for one in wanted if not one.member.removed])

    count = parts().store.change(wait)
    if postman:
        postman.wake()
    log.info("letters wait: %d of %s in %s, by %s", count, form["what"], slug, current_user.person_id)
    if not count:
        flash(text("Nothing was left to send: it waits already, or nobody has a session to come."), "info")
    return _back(slug)


@blueprint.post("/invitations/reminders")
@login_required
def remind(slug: str) -> ResponseReturnValue:
    """Sets when the course's people are reminded."""
    form = forms.read(schemas.RemindersForm(), request.form)
    wanted = Reminders(form["first_hours"], form["practice_hours"])
    parts().store.change(lambda uow: sending.set_reminders(_organised(uow, slug), wanted))
    log.info("reminders set: %s, by %s", slug, current_user.person_id)
    flash(text("Saved."), "success")
    return _back(slug)


@blueprint.post("/invitations/links")
@login_required
def links(slug: str) -> ResponseReturnValue:
    """Fresh links to pass on, on a page or in a file. Only their hashes are kept: this is where they can be read."""
    form = forms.read(
        schemas.LinksForm(),
        {
            "people": request.form.getlist("people"),
            "keep": request.form.get("keep", "") == "yes",
            "as": request.form.get("as", ""),
        },
    )
    if not form["people"]:
        raise Invalid(text("Tick at least one person to make a link for."))
    settings = parts().settings

    def make(uow: UnitOfWork) -> tuple[Course, list[IssuedLink], list[Known]]:
        course = _organised(uow, slug)
        issued, withheld = sending.hand_out(
            uow, course, settings.base_url, settings.link_days, form["people"], current_user.person_id, form["keep"]
        )
        return course, issued, withheld

    course, issued, withheld = parts().store.change(make)
    log.info("personal links made: %d in %s, by %s", len(issued), slug, current_user.person_id)
    if form["form"] == "csv":
        return _download(_sheet(issued, withheld), "text/csv; charset=utf-8", f"links-{slug}.csv")
    return _page("courses/links.html", course, links=issued, withheld=withheld, kept=form["keep"], mail=settings.mail)


@blueprint.get("/calendar.ics")
@login_required
def calendar(slug: str) -> Response:
    """One's own sessions as a calendar file. There is no link in it that lets anyone in."""
    settings = parts().settings
    with parts().store.read() as uow:
        course, _ = courses.of_member(uow, slug, current_user.person_id)
        (own,) = attending.everyone(uow, course, [current_user.person_id])
        about = attending.about(course, settings.base_url)
        events = rules.numbered(own.member.events, rules.holds(own.past()))
        file = calendars.published(events, own.to, about, settings.mail.sender if settings.mail else None, uow.now)
    return _download(file, "text/calendar; charset=utf-8", f"{slug}.ics")


def _sheet(issued: list[IssuedLink], withheld: list[Known]) -> bytes:
    """With a byte-order mark, without which spreadsheets take é for Ã©."""
    rows = [(one.name, one.email, one.role, one.group or "", one.url, "") for one in issued]
    for known in withheld:
        group = known.enrolment.group.name if known.enrolment.group else ""
        rows.append((known.person.name, known.person.email, known.enrolment.role, group, "", NO_LINK))
    return cells.written(COLUMNS, rows).encode("utf-8-sig")


def _download(content: bytes, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _organised(uow: UnitOfWork, slug: str) -> Course:
    return courses.organised(uow, slug, current_user.person_id)


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("invitations.show", slug=slug), 303)


def _page(template: str, course: Course, **shown: Any) -> str:
    def told(at: datetime) -> Text:
        day = times.on(at.astimezone(ZoneInfo(course.time_zone)), times.SHORT_DATE)
        return times.joined_by_comma(day, times.clock(at, course.time_zone))

    return render_template(template, course=course, organises=True, told=told, **shown)
