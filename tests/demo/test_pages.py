"""What a visitor of the demo is shown of its first day. Every figure is worked out from the file, not from the page."""

from collections import Counter
from io import BytesIO
from statistics import fmean

import pytest

from pallpractice.domain.exports import Format, What
from pallpractice.domain.rubric import Rubric
from pallpractice.library import Library
from pallpractice.library.played import PlayedDay, PlayedRound
from pallpractice.services.exports import making
from tests.demo.conftest import ORGANISER, SLUG, Demo, coachs_mean, ratings, seat

SEATS = ("learner", "observer", "patient", "coach")
LEARNERS = {
    "Maple": {"Lena", "Olga", "Omar", "Tomás"},
    "Willow": {"Mei-Ling", "Devon", "Priya", "Aisha"},
}
COACH = {"Maple": "Cleo", "Willow": "Ingrid"}


def of(day: PlayedDay, learner: str) -> PlayedRound:
    return next(one for one in day.rounds if one.learner == learner)


def missing(one: PlayedRound) -> set[str]:
    """Whoever did something in a round and handed nothing in."""
    took_part = {step.who for step in one.encounter} | one.ratings.keys()
    return (took_part - one.ratings.keys()) | set(one.not_handed_in)


# --- the organiser's Feedback


@pytest.fixture(scope="module")
def feedback(shown: Demo) -> str:
    return shown.page(ORGANISER, f"/courses/{SLUG}/feedback")


def test_feedback_tells_who_has_practised_and_what_is_missing(feedback: str, shown: Demo, day: PlayedDay) -> None:
    practised = {one.learner for one in day.rounds}
    assert f"Of 8 learners, {len(practised)} practised and {len(practised)} can read feedback on it." in feedback
    for who in LEARNERS["Maple"] | LEARNERS["Willow"]:
        row = feedback.split(f"{shown.person(who).name} Learner, ")[1]
        gave = sum(who in one.ratings and who not in {one.learner, *one.not_handed_in} for one in day.rounds)
        assert ("Practised 1 " if who in practised else "Practised not yet ") in row[:40]
        assert f"Gave feedback {gave} " in row[:150]
    owing = Counter(who for one in day.rounds for who in missing(one))
    assert owing, "or the list would show nothing"
    forms = sum(owing.values())
    assert f"{forms} scorecards of closed rounds are missing, of {len(owing)} people." in feedback
    for who in owing:
        assert f"{shown.person(who).email} Missing ■ Observer {day.session.title}" in feedback


def test_feedback_shows_skills_by_item_and_who_rated(feedback: str, day: PlayedDay, rubric: Rubric) -> None:
    table = feedback.split("mean of each item")[1].split("No profession", maxsplit=1)[0]
    for item in rubric.items:
        cells = []
        for each, label in zip(SEATS, ("Themselves", "Observers", "Patient", "Coach"), strict=True):
            means = [fmean(given[item.id]) for one in day.rounds if item.id in (given := ratings(one, rubric, each))]
            assert means or each not in item.seats
            cells.append(f"{label} {fmean(means):.1f} (n = {len(means)})" if means else f"{label} not asked")
        assert f"{item.title} {' '.join(cells)}" in table


def test_feedback_counts_the_encounters_that_raters_agreed_on(feedback: str, day: PlayedDay, rubric: Rubric) -> None:
    table = feedback.rsplit("How far raters agree", maxsplit=1)[-1]
    for item in rubric.items:
        given = [
            [*ratings(one, rubric, "observer").get(item.id, []), *ratings(one, rubric, "coach").get(item.id, [])]
            for one in day.rounds
        ]
        paired = [one for one in given if len(one) > 1]
        row = table.split(f"{item.title} ")[1]
        assert "few encounters" in row[:30]
        assert f" Encounters {len(paired)} Ratings {sum(map(len, paired))} " in row[:70]


def test_feedback_shows_raters_beside_the_reference(feedback: str, shown: Demo, day: PlayedDay) -> None:
    (rated,) = day.rated.values()
    raters = feedback.split("Raters beside the reference and beside others")[1]
    for who in ("Cleo", "Ingrid", *LEARNERS["Maple"], *LEARNERS["Willow"]):
        if shown.person(who).name in raters:
            row = raters.split(shown.person(who).name)[1]
            assert ("1 encounter: " in row[:60]) is (who in rated)
    assert "in 3 rounds" in raters.split(shown.person("Cleo").name)[1][:200]


def test_a_coach_is_shown_where_raters_were_far_apart(shown: Demo, day: PlayedDay, rubric: Rubric) -> None:
    for group, coach in COACH.items():
        page = shown.page(coach, f"/courses/{SLUG}/calibration")
        for one in (each for each in day.rounds if each.group == group):
            given = [ratings(one, rubric, each, as_they_stand=False) for each in ("observer", "coach")]
            for item in rubric.items:
                both = [rating for each in given for rating in each.get(item.id, [])]
                apart = max(both) - min(both) >= 3
                assert (f"{shown.person(one.learner).name}" in page and item.title in page) >= apart
        assert "Nothing to talk over so far" not in page


# --- a round's report, and the portfolio


@pytest.mark.parametrize("learner", ["Lena", "Omar", "Olga", "Mei-Ling", "Devon", "Priya"])
def test_a_report_holds_the_round(shown: Demo, day: PlayedDay, rubric: Rubric, learner: str) -> None:
    one = of(day, learner)
    with_its_coach = shown.page(COACH[one.group], f"/rounds/{shown.round(learner)}/report")
    takes = 1 + sum(step.does == "rewinds" for step in one.encounter)
    stops = sum(step.does == "stops" for step in one.encounter)
    assert one.goal in with_its_coach
    assert one.next_step in with_its_coach
    assert f"{takes} take{'s' if takes > 1 else ''} over " in with_its_coach
    assert (f"with {stops} time-out" in with_its_coach) is bool(stops)
    for step in one.encounter:
        if step.does in ("hears", "notes", "remembers"):
            assert step.what in with_its_coach
    for words in (words for said in one.comments.values() for words in said.values()):
        assert words in with_its_coach
    own_words = [with_its_coach.index(one.comments[learner][entry]) for entry in ("self-well", "self-hard")]
    assert own_words == sorted(own_words), "in the order of the rubric"
    table = with_its_coach.split("Ratings side by side")[1]
    ends = [*(item.title for item in rubric.items[1:]), "A handful of ratings"]
    for item, end in zip(rubric.items, ends, strict=True):
        own, coach = ratings(one, rubric, "learner"), ratings(one, rubric, "coach")
        peers = ratings(one, rubric, "observer")[item.id]
        of_peers = f"{round(fmean(peers), 1):g}" + (f" (mean of {len(peers)})" if len(peers) > 1 else "")
        row = table.split(f"{item.title} ")[1].split(end)[0]
        assert row.startswith(f"{own[item.id][0]} {of_peers} ")
        assert row.endswith(f" {coach[item.id][0]} ")


def test_what_is_held_back_is_for_the_coach_and_not_for_the_learner(shown: Demo, day: PlayedDay) -> None:
    (one,) = (each for each in day.rounds if each.held)
    assert one.held
    words = one.comments[one.held.of][one.held.entry]
    path = f"/rounds/{shown.round(one.learner)}/report"
    assert words in shown.page(COACH[one.group], path)
    assert words not in shown.page(one.learner, path)
    assert one.held.reason in shown.page(ORGANISER, f"/courses/{SLUG}/release")


def test_a_correction_is_told_and_stands_beside_what_was_given(again: Demo, day: PlayedDay, rubric: Rubric) -> None:
    (one,) = (each for each in day.rounds if each.corrected)
    assert one.corrected
    by, entry, rating = one.corrected.by, one.corrected.entry, one.corrected.rating
    was = one.ratings[by][[item.id for item in rubric.items_for(seat(one, by))].index(entry)]
    assert "has been corrected since you read it" in again.page(one.learner, "/")
    page = again.page(one.learner, f"/rounds/{again.round(one.learner)}/report")
    assert f"{again.person(by).name} {was} {rating} {one.corrected.reason}" in page
    assert "has been corrected since you read it" not in again.page(one.learner, "/")


def test_the_portfolio_has_the_round_and_what_was_given(shown: Demo, day: PlayedDay, rubric: Rubric) -> None:
    one, page = of(day, "Lena"), shown.page("Lena", "/me/feedback")
    assert f"{one.goal} {one.next_step}" in page
    table = page.split("Means by round")[1]
    for item in rubric.items:
        said = {name: ratings(one, rubric, each).get(item.id) for name, each in zip(NAMES, SEATS, strict=True)}
        means = ", ".join(f"{name} {round(fmean(given), 2):g}" for name, given in said.items() if given)
        assert f"{item.title} {means}" in table
    given = [each.learner for each in day.rounds if "Lena" in each.ratings and each is not one]
    wrote = page.split("Scorecards I wrote")[1]
    for who in given:
        assert shown.person(who).name in wrote


NAMES = ("You", "Peers", "Patient", "Coach")


# --- credit and evidence


def test_credit_adds_up_the_minutes_of_the_sessions(shown: Demo, day: PlayedDay) -> None:
    office = shown.page(ORGANISER, f"/courses/{SLUG}/credit/people")
    assert "Of 8 learners, 0 claimed and 0 evaluated the course." in office
    for who in LEARNERS["Maple"] | LEARNERS["Willow"]:
        mine = shown.page(who, f"/courses/{SLUG}/credit").split("Your minutes in each session")[1]
        counted = [row.split(" of ")[0] for row in mine.split(" Minutes ")[1:]]
        minutes = sum(int(each) for each in counted if each.isdecimal())
        assert minutes > 300
        quarters = round(minutes / 15)
        row = office.split(f"{shown.person(who).name} ")[1]
        assert f"Minutes {minutes} May claim {quarters / 4:.2f} " in row[:80]


def test_credit_has_who_came_late_who_missed_a_session_and_what_was_entered(shown: Demo, day: PlayedDay) -> None:
    titles = {one.key: one.title for one in shown.course().sessions}
    entered = {(one.who, one.session): one for one in day.entered}
    for one in day.presence:
        row = shown.page(one.who, f"/courses/{SLUG}/credit").split(f"{titles[one.session]} ")[-1][:250]
        by_hand = entered.get((one.who, one.session))
        minutes = by_hand.minutes if by_hand else one.left - one.came
        assert f"Minutes {minutes} of " in row if minutes else "Minutes you took part" in row
        if by_hand:
            assert "entered by an organiser" in row


def test_evidence_tells_met_another_round_and_not_yet(shown: Demo, day: PlayedDay, rubric: Rubric) -> None:
    standard, found = day.standard, set()
    for group, coach in COACH.items():
        page = shown.page(coach, f"/courses/{SLUG}/credit/attest")
        for who in LEARNERS[group]:
            row = page.split(f"{shown.person(who).name} ")[1][:400]
            one = next((each for each in day.rounds if each.learner == who), None)
            if one is None:
                status = "Not yet"
            else:
                mean = coachs_mean(one, rubric)
                least = min(rating for given in ratings(one, rubric, "coach").values() for rating in given)
                met = mean >= standard.level and least >= standard.least
                status = "Met" if met else "Another round"
                assert f"Coach’s mean {mean:.2f} " in row
                assert (one.attested or one.another) in page
            assert row.startswith(f"{status} ")
            found.add(status)
    assert found == {"Met", "Another round", "Not yet"}


def test_evidence_names_what_each_still_lacks(shown: Demo, day: PlayedDay) -> None:
    page = shown.page(ORGANISER, f"/courses/{SLUG}/credit/evidence")
    agreed = set(day.boards) & set(day.consents["transmit_credit"])
    assert f"Who want their board’s credit: {len(day.boards)}." in page
    assert f"Who have agreed that their record is sent: {len(agreed)}. Of whom everything is there: 0." in page
    for who, board in day.boards.items():
        one = of(day, who)
        row = page.split(f"{shown.person(who).name} {board} ")[1][:330].split("Numbers")[0]
        assert "Credit claimed" in row, "it can be once the course is over"
        assert ("Feedback opened" in row) is not one.opened
        assert ("Attested" in row) is not bool(one.attested)
        assert ("Consent to send" in row) is not (who in agreed)
        assert ("Board or licence number" in row) is not (who in day.licences)


# --- my data, exports, and the group


def test_my_data_counts_what_is_held(shown: Demo, day: PlayedDay) -> None:
    page = shown.page("Lena", "/me/data")
    cards = sum(who == "Lena" or one.learner == "Lena" for one in day.rounds for who in one.ratings)
    assert f"Scorecards: {cards} " in page
    feelings = sum(step.does == "feels" for step in of(day, "Lena").encounter)
    assert f"How heard a character felt: {feelings} " in page
    assert f"Consents given and withdrawn: {sum('Lena' in people for people in day.consents.values())} " in page
    assert "Sunday 29 November 2026, 19:15: Cleo Marchetti opened the report of a round of yours" in page


def test_exports_hold_the_day(shown: Demo, day: PlayedDay, rubric: Rubric) -> None:
    assert "Ratings and comments" in shown.page(ORGANISER, f"/courses/{SLUG}/exports")

    def rows(what: What) -> int:
        source = making.reading(shown.store, Library.read(shown.settings.library), shown.course().id)
        return making.make(source, what, Format.JSON, BytesIO())

    given = [(one, who) for one in day.rounds for who in one.ratings if who not in one.not_handed_in]
    lines = sum(len(one.ratings[who]) + len(one.comments.get(who, {})) for one, who in given)
    held, corrected = sum(bool(one.held) for one in day.rounds), sum(bool(one.corrected) for one in day.rounds)
    assert rows(What.RATINGS) == lines - held + corrected
    noticed = ("marks", "hears", "notes", "remembers")
    assert rows(What.OBSERVATIONS) == sum(step.does in noticed for one in day.rounds for step in one.encounter)
    assert rows(What.PEOPLE) == 14
    agreed = set(day.consents["research"])
    told = sum(len(one.ratings[who]) for one, who in given if one.learner in agreed)
    assert 0 < rows(What.RESEARCH) <= told, "of those who agreed"


def test_the_group_finds_what_it_wrote_and_the_coach_the_note(shown: Demo, day: PlayedDay) -> None:
    for group, circle in day.groups.items():
        coach = COACH[group]
        learner = min(LEARNERS[group])
        path = shown.group(coach)
        for who in (coach, learner):
            page = shown.page(who, path)
            assert all(line.text in page for line in circle.agreement)
        assert all(goal in shown.page(coach, path) for goal in circle.goals.values())
        assert circle.hand_over in shown.page(coach, path)
        assert circle.hand_over not in shown.page(learner, path)


def test_a_first_page_tells_what_waits_for_whom(shown: Demo, day: PlayedDay) -> None:
    for one in day.rounds:
        if not one.opened:
            assert f"Your report of {day.session.title}" in shown.page(one.learner, "/")
        for who in missing(one):
            page = shown.page(who, "/")
            assert f"For {shown.person(one.learner).name}, round " in page.split("still missing")[1]
    assert "Your report of" not in shown.page("Lena", "/")
