"""What can be taken out of a course as a file, for whom each file is safe, and what of the journal leaves in one.

A course's organisers take them out, and nobody else does. They answer for its records, so released feedback is in them
although no page shows it to an organiser. What is sealed or held back, a cue, a reflection, who has extra time: that is
in no file.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from .room import Action
from .text import text


class What(StrEnum):
    """The files, in the order in which they are offered."""

    PEOPLE = "people"
    PLAN = "plan"
    PARTICIPATION = "participation"
    ATTENDANCE = "attendance"
    CREDIT = "credit"
    RATINGS = "ratings"
    OBSERVATIONS = "observations"
    JOURNAL = "journal"
    RESEARCH = "research"
    CODEBOOK = "codebook"


class Format(StrEnum):
    """`json` is one array, `jsonl` an object on each line."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
    Format.JSONL: "application/x-ndjson",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

TITLES = {
    What.PEOPLE: text("People"),
    What.PLAN: text("Plan"),
    What.PARTICIPATION: text("Presence in the rooms"),
    What.ATTENDANCE: text("Attendance"),
    What.CREDIT: text("Credit"),
    What.RATINGS: text("Ratings and comments"),
    What.OBSERVATIONS: text("Observations"),
    What.JOURNAL: text("Journal of the rooms"),
    What.RESEARCH: text("Ratings for research"),
    What.CODEBOOK: text("Codebook"),
}
HOLDS = {
    What.PEOPLE: text("Everyone who is or was in the course: name, email, role, profession, institution, group, team."),
    What.PLAN: text("Who practises, plays and coaches in which round: a row for each place in it."),
    What.PARTICIPATION: text(
        "What the rooms recorded: a row for each person and session they were in, from when to when, and the minutes."
    ),
    What.ATTENDANCE: text(
        "What counts: a row for each learner and session, with the minutes and how they are known: from the room, from "
        "a meeting’s file, by the learner’s own word, or from an organiser, with the reason."
    ),
    What.CREDIT: text(
        "What came of it: a row for each learner and type of credit, with the minutes, what they may claim, claimed "
        "and are awarded, and whether they evaluated the course."
    ),
    What.RATINGS: text(
        "A row for each rating of each released scorecard, for each comment in it, and for each correction, by name. "
        "Drafts, and what is still sealed or held back, are not in it."
    ),
    What.OBSERVATIONS: text(
        "What observers, coaches and actors noted in rounds whose report is out, by name and to the second."
    ),
    What.JOURNAL: text(
        "Everything that was done in the rooms, when and by whom, without what people wrote, rated or felt."
    ),
    What.RESEARCH: text(
        "Ratings of those who agreed to research, without names, dates, groups and words. People are called by other "
        "names in every file, and what fewer than five of them have in common is left out."
    ),
    What.CODEBOOK: text("What each column of these files means, and each item, level and marker of the rubrics used."),
}
SAFE_FOR = {
    What.PEOPLE: text("Whoever runs the course. It names people and their addresses."),
    What.PLAN: text("Coaches, and whoever runs the course. It names the cases, which learners must not see before."),
    What.PARTICIPATION: text("Whoever runs the course. It names people."),
    What.ATTENDANCE: text("Whoever runs the course, and whoever gives credit for it or checks it."),
    What.CREDIT: text("Whoever runs the course, and whoever gives credit for it or checks it."),
    What.RATINGS: text(
        "Whoever answers for the course’s records. It is personal feedback: keep it as you would a file on staff."
    ),
    What.OBSERVATIONS: text("Whoever answers for the course’s records. It holds words people said while practising."),
    What.JOURNAL: text("Whoever looks into what happened in a room. It names people."),
    What.RESEARCH: text("Researchers. Do not put two of these files together, nor one beside a file with names."),
    What.CODEBOOK: text("Everyone. It is about no one."),
}

# Of each action the fields that leave in a file: what was done, where and to whom. Not the words, marks and ratings.
JOURNAL_FIELDS: Mapping[Action, Collection[str]] = {
    Action.ROUND_START: ("round_id", "learner", "scenario", "minutes", "actors"),
    Action.ENCOUNTER_BEGIN: (),
    Action.TIMEOUT_CALL: ("reason",),
    Action.TIMEOUT_RESUME: (),
    Action.TAKE_REWIND: ("beat", "offset_s"),
    Action.ENCOUNTER_END: ("reason",),
    Action.DEBRIEF_OPEN: (),
    Action.DEBRIEF_NEXT: ("from_",),
    Action.ROUND_CLOSE: (),
    Action.CLOCK_EXTEND: ("seconds",),
    Action.READY_SET: ("ready",),
    Action.GOAL_SET: (),
    Action.WATCH_CHOOSE: ("items",),
    Action.OBSERVATION_ADD: ("kind", "take", "offset_s"),
    Action.OBSERVATION_EDIT: ("id",),
    Action.OBSERVATION_REMOVE: ("id",),
    Action.MOMENT_MARK: (),
    Action.FEELING_SET: (),
    Action.BEAT_GO: ("beat",),
    Action.DISCLOSURE_MARK: ("disclosure", "told"),
    Action.CUE_SEND: (),
    Action.SCORE_SAVE: ("entry",),
    Action.SCORECARD_SUBMIT: (),
    Action.NEXTSTEP_SET: (),
    Action.REFLECTION_SAVE: (),
    Action.DEROLE_CONFIRM: (),
    Action.HELP_ASK: (),
    Action.HELP_CLEAR: ("person",),
    Action.HELP_TAKE: ("person",),
    Action.SEAT_ASSIGN: ("person", "seat", "character"),
    Action.PERSON_MOVE: ("person", "room"),
    Action.PERSON_PLACE: ("person",),
    Action.ACTOR_REPLACE: ("character", "actor", "by"),
    Action.ROOM_CLOSE: ("in_s",),
    Action.ROOM_KEEP: (),
    Action.NOTICE_SEND: (),
    Action.CODE_MAKE: (),
    Action.GUEST_ADMIT: ("guest",),
    Action.GUEST_REFUSE: ("guest",),
    Action.AGREEMENT_ADD: (),
    Action.AGREEMENT_EDIT: ("id",),
    Action.AGREEMENT_REMOVE: ("id",),
    Action.AGREEMENT_RESTORE: ("id",),
    Action.COURSEGOAL_SET: (),
    Action.JOURNAL_SAVE: ("prompt",),
    Action.JOURNAL_SHARE: (),
    Action.HANDOVER_SAVE: (),
    Action.EXTRATIME_SET: (),
}
# That someone did this is theirs alone: its line is there, and says no name.
NAMELESS = frozenset({Action.EXTRATIME_SET})
