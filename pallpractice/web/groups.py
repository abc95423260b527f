"""The groups of a course, for its organisers: made by the solver and looked at first, or changed by hand."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from ..domain.errors import Invalid, Stale
from ..domain.groups import grouping as rules
from ..domain.groups.grouping import Wishes
from ..domain.groups.mixing import measures
from ..domain.groups.sizing import Impossible
from ..domain.text import text
from ..schemas import forms
from ..schemas import groups as fields
from ..services import courses
from ..services.groups import changes, groupings
from ..storage.unit_of_work import UnitOfWork
from .language import flash
from .parts import parts

log = logging.getLogger(__name__)
Change = Callable[[UnitOfWork, Any, Any], str | None]  # the id of the group to look at then
blueprint = Blueprint("groups", __name__, url_prefix="/courses")


@blueprint.get("/<slug>/groups")
@login_required
def show(slug: str) -> str:
    """The groups as they are, who is in none, and the wishes to make them by."""
    return _page(slug)


@blueprint.post("/<slug>/groups/proposal")
@login_required
def propose(slug: str) -> ResponseReturnValue:
    """Makes groups and shows them beside those there are. Takes seconds, and saves nothing."""
    house = parts()
    with house.store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        before = groupings.standing(uow, course)
    sent = dict(request.form)
    try:
        attempt = forms.read(fields.AttemptForm(), {"attempt": sent.pop("attempt", "")})["attempt"]
        wishes = forms.read(fields.WishesForm(), sent)
    except Invalid as refusal:
        return _page(slug, refusal.message), 400
    try:
        proposal = groupings.propose(before, wishes, house.solving, attempt=attempt)
    except (Impossible, Invalid) as refusal:
        return _page(slug, refusal.message, wishes), 400
    return render_template(
        "groups/proposal.html",
        course=course,
        organises=True,
        proposal=proposal,
        wishes=wishes,
        attempt=attempt,
        packed=fields.packed(proposal.seen, wishes, list(proposal.grouping)),
        cards=_cards(proposal.standing, proposal.grouping),
        measures=list(zip(proposal.before, proposal.after, strict=True)),
        changes=_changes(proposal),
    )


@blueprint.post("/<slug>/groups")
@login_required
def keep(slug: str) -> ResponseReturnValue:
    """Saves the proposal exactly as it was shown."""
    try:
        form = forms.read(fields.KeepForm(), request.form)["proposal"]
    except Invalid:
        form = None

    def save(uow: UnitOfWork) -> None:
        course = courses.organised(uow, slug, current_user.person_id)
        if form is None:
            raise Invalid(text("The proposal can't be read. Make the groups again."))
        groupings.keep(uow, course, form["wishes"], form["groups"], form["seen"])

    try:
        parts().store.change(save)
    except Stale as refusal:
        return _page(slug, refusal.message), 409
    except Invalid as refusal:
        return _page(slug, refusal.message), 400
    log.info("groups kept: %s, by %s", slug, current_user.person_id)
    flash(text("The groups are saved, and everyone has their rooms."), "success")
    return redirect(url_for("groups.show", slug=slug), 303)


@blueprint.get("/<slug>/groups/<group_id>")
@login_required
def one(slug: str, group_id: str) -> str:
    """One group: its coach and its name, to be changed."""
    return _one(slug, group_id)


@blueprint.post("/<slug>/groups/move")
@login_required
def move(slug: str) -> ResponseReturnValue:
    """Puts those ticked into a group by hand."""
    return _of_those_ticked(slug, fields.MoveForm(), lambda uow, course, form: changes.move(uow, course, **form))


@blueprint.post("/<slug>/groups/take-out")
@login_required
def take_out(slug: str) -> ResponseReturnValue:
    """Takes those ticked out of their groups."""
    return _of_those_ticked(slug, fields.ChosenForm(), lambda uow, course, form: changes.take_out(uow, course, **form))


@blueprint.post("/<slug>/groups/pin")
@login_required
def pin(slug: str) -> ResponseReturnValue:
    """Pins those ticked where they are, or unpins them."""
    return _of_those_ticked(slug, fields.PinForm(), lambda uow, course, form: changes.pin(uow, course, **form))


@blueprint.post("/<slug>/groups/coach")
@login_required
def coach(slug: str) -> ResponseReturnValue:
    """Chooses a group's coach."""
    return _of_one_group(
        slug,
        fields.CoachForm(),
        lambda uow, course, form: changes.choose_coach(uow, course, form["group"], form["coach"]),
    )


@blueprint.post("/<slug>/groups/add")
@login_required
def add(slug: str) -> ResponseReturnValue:
    """Begins an empty group."""
    sent = request.form.to_dict()
    return _by_hand(slug, fields.AddForm(), sent, lambda uow, course, form: changes.add(uow, course, **form), _page)


@blueprint.post("/<slug>/groups/rename")
@login_required
def rename(slug: str) -> ResponseReturnValue:
    """Gives a group another name."""
    return _of_one_group(
        slug,
        fields.RenameForm(),
        lambda uow, course, form: changes.rename(uow, course, form["group"], form["name"]),
    )


@blueprint.post("/<slug>/groups/remove")
@login_required
def remove(slug: str) -> ResponseReturnValue:
    """Takes an empty group away."""
    return _of_one_group(slug, fields.GroupForm(), lambda uow, course, form: changes.remove(uow, course, form["group"]))


def _of_those_ticked(slug: str, form: forms.Form, change: Change) -> ResponseReturnValue:
    sent: dict[str, Any] = request.form.to_dict()
    if "people" in sent:
        sent["people"] = request.form.getlist("people")
    if not isinstance(form, fields.MoveForm):
        sent.pop("group", None)  # the list to move to is beside these buttons
    return _by_hand(slug, form, sent, change, _page)


def _of_one_group(slug: str, form: forms.Form, change: Change) -> ResponseReturnValue:
    sent = request.form.to_dict()
    return _by_hand(slug, form, sent, change, lambda slug, problem: _one(slug, sent.get("group", ""), problem))


def _by_hand(
    slug: str, form: forms.Form, sent: Mapping[str, Any], change: Change, page: Callable[[str, str], str]
) -> ResponseReturnValue:
    """Changes it and goes to the group that the change names, or shows the page again with the reason why not."""

    def save(uow: UnitOfWork) -> str | None:
        course = courses.organised(uow, slug, current_user.person_id)
        return change(uow, course, forms.read(form, sent))

    try:
        group = parts().store.change(save)
    except Invalid as refusal:
        return page(slug, refusal.message), 400
    log.info("groups changed by hand: %s, %s, by %s", slug, request.endpoint, current_user.person_id)
    flash(text("Saved."), "success")
    return redirect(url_for("groups.show", slug=slug, _anchor=f"at-{group}" if group else None), 303)


def _one(slug: str, group_id: str, problem: str = "") -> str:
    with parts().store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        row = groupings.find(uow, course, group_id)
        now = groupings.standing(uow, course)
        return render_template(
            "groups/one.html",
            course=course,
            organises=True,
            standing=now,
            group=next(group for group in now.grouping if group.id == row.id),
            empty=not any(one.group == row.id for one in now.people) and row.id not in groupings.others(uow, course),
            problem=problem,
        )


def _page(slug: str, problem: str = "", wishes: Wishes | None = None) -> str:
    """`wishes` keeps what was asked for when nothing could be made of it."""
    with parts().store.read() as uow:
        course = courses.organised(uow, slug, current_user.person_id)
        now = groupings.standing(uow, course)
        wished = wishes or groupings.wishes_of(course)
        return render_template(
            "groups/show.html",
            course=course,
            organises=True,
            standing=now,
            cards=_cards(now, now.grouping, groupings.others(uow, course)),
            unplaced=[one for one in now.learners if one.group is None],
            free_coaches=[one for one in now.coaches if one.group is None],
            faults=[] if not now.places else rules.broken(now, wished, now.grouping),
            measures=measures(now, wished, now.grouping),
            wishes=wished,
            problem=problem,
        )


def _cards(now: rules.Standing, grouping: rules.Grouping, actors: Any = None) -> list[dict[str, Any]]:
    """Groups as they are shown: by track and name, with their people."""
    return [
        {
            "group": group,
            "begun": group.id in now.place and now.place[group.id].begun,
            "new": group.id not in now.place,
            "learners": [now.learner[person] for person in group.learners],
            "coaches": [now.coach[person] for person in group.coaches],
            "actors": (actors or {}).get(group.id, ()),
        }
        for group in sorted(grouping, key=lambda one: (one.track or "", one.name))
    ]


def _changes(proposal: groupings.Proposal) -> dict[str, Any]:
    """What keeping the proposal would do, by name."""
    names = {group.id: group.name for group in (*proposal.standing.grouping, *proposal.grouping)}
    moved = rules.movers(proposal.standing, proposal.grouping)
    there = {group.id for group in proposal.grouping}
    return {
        "moved": [(one.name, names[before], names.get(after or "")) for one, before, after in moved if before],
        "placed": sum(before is None for _, before, _ in moved),
        "new": [group.name for group in proposal.grouping if group.id not in proposal.standing.place],
        "gone": [place.name for place in proposal.standing.places if place.id not in there],
    }
