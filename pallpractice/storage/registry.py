"""Every column of every table: what it holds, what for, how long, and what erasing a person does to it.

Erasing, exporting and retention go by this list and by nothing else, and a test fails when a column is missing. A path
such as `round_id.learner_id` says how a row is someone's: by the learner of the round it names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..domain.holding import Class, Erase, Keep, Purpose, Relation
from ..domain.text import Text, text

OWN, ABOUT, GIVEN, COPY, NAMED = Relation.OWN, Relation.ABOUT, Relation.GIVEN, Relation.COPY, Relation.NAMED

# Kinds of columns: what they hold, and what erasing does to them.
Kind = tuple[Class, Erase]
FACT: Kind = (Class.NOT_PERSONAL, Erase.KEEP)
ID: Kind = (Class.TECHNICAL, Erase.KEEP)
STATE: Kind = (Class.TECHNICAL, Erase.EMPTY)
NAME: Kind = (Class.IDENTIFYING, Erase.EMPTY)
MADE_UP: Kind = (Class.CONTACT, Erase.NEW)
CALLED: Kind = (Class.IDENTIFYING, Erase.NEW)
RATING: Kind = (Class.FEEDBACK, Erase.KEEP)
WORDS: Kind = (Class.FEEDBACK, Erase.EMPTY)
LINES: Kind = (Class.FEEDBACK, Erase.SCRUB)
PRIVATE: Kind = (Class.PRIVATE, Erase.EMPTY)
PROOF: Kind = (Class.EVIDENCE, Erase.KEEP)
SECRET: Kind = (Class.SECRET, Erase.EMPTY)

ROUND = "round_id.room_id.session_id.course_id"


@dataclass(frozen=True, slots=True)
class Held:
    """What is held in one table. Without `purpose` nothing in it is about people.

    `rows` is what erasing does to the rows that are someone's own. `proves`: such a row is credit to prove.
    """

    columns: Mapping[Kind, str]
    purpose: Purpose | None = None
    title: Text | None = None
    keep: Keep | None = None
    people: Mapping[str, Relation] = field(default_factory=dict)
    course: str = ""
    rows: Erase = Erase.KEEP
    proves: bool = False

    def kinds(self) -> dict[str, Kind]:
        """Each column's kind; a column named twice is a mistake."""
        named = [(name, kind) for kind, names in self.columns.items() for name in names.split()]
        assert len(named) == len(dict(named)), "a column has one kind"
        return dict(named)


@dataclass(frozen=True, slots=True)
class Column:
    """All there is to say of one column."""

    holds: Class
    purpose: Purpose | None
    keep: Keep | None
    erase: Erase


# Columns that name a row of another table, or a person, without a foreign key.
NAMES = {
    "journal.round_id": "rounds.id",
    "rooms.round_id": "rounds.id",
    "journal.person_id": "people.id",
    "audit.actor_id": "people.id",
    "audit.subject_id": "people.id",
    "audit.course_id": "courses.id",
}

REGISTRY: dict[str, Held] = {
    "people": Held(
        {
            ID: "id session_epoch active erased_at",
            CALLED: "name",
            MADE_UP: "email",
            NAME: "profession institution pronouns time_zone language",
            SECRET: "password_hash",
        },
        Purpose.ACCOUNT,
        text("Your account"),
        Keep.ACCOUNT,
        {"id": OWN},
    ),
    "courses": Held(
        {
            ID: "id",
            FACT: "slug title time_zone language meeting_url_template observers_see_scorecards credit wishes"
            " release_policy peer_names"
            " scenario_ids rubric_ids",
        }
    ),
    "sessions": Held(
        {ID: "id course_id", FACT: "key title kind skill track day starts_at ends_at credit_types sequence"}
    ),
    "groups": Held({ID: "id course_id", FACT: "name track meeting_url_template"}),
    "enrolments": Held(
        {
            ID: "id course_id person_id role track group_id pinned moc_board removed_at position",
            NAME: "team",
            PRIVATE: "goal",
            STATE: "extra_time",
        },
        Purpose.COURSE,
        text("Your courses"),
        Keep.COURSE,
        {"person_id": OWN},
        "course_id",
    ),
    "castings": Held(
        {ID: "course_id person_id scenario_id"},
        Purpose.COURSE,
        text("Scenarios you are cast for"),
        Keep.COURSE,
        {"person_id": OWN},
        "course_id",
        Erase.ROW,
    ),
    "preparations": Held(
        {ID: "course_id scenario_id person_id steps saved_at declined_at", PRIVATE: "reason"},
        Purpose.COURSE,
        text("How you prepared scenarios, and why you declined one"),
        Keep.COURSE,
        {"person_id": OWN},
        "course_id",
        Erase.ROW,
    ),
    "absences": Held(
        {ID: "session_id person_id noted_at noted_by"},
        Purpose.COURSE,
        text("Sessions you can't come to"),
        Keep.COURSE,
        {"person_id": OWN, "noted_by": NAMED},
        "session_id.course_id",
        Erase.ROW,
    ),
    "planned_rounds": Held(
        {ID: "id session_id group_id number starts_at ends_at learner_id scenario_id parts by_hand"},
        Purpose.COURSE,
        text("Turns planned for you"),
        Keep.SHORT,
        {"learner_id": OWN},
        "session_id.course_id",
    ),
    "plans": Held(
        {ID: "session_id made_at made_by", FACT: "report"},
        Purpose.COURSE,
        text("Plans you made"),
        Keep.COURSE,
        {"made_by": NAMED},
        "session_id.course_id",
    ),
    "rooms": Held(
        {
            ID: "id session_id group_id round_id timeout_by row_version changed_at",
            FACT: "name phase turn clock_started_at clock_length_s clock_stopped_s clock_stopped_at encounter_s"
            " timeout_reason beat closes_at join_code",
            WORDS: "goal",
        },
        Purpose.PRACTICE,
        text("Rooms"),
        Keep.FEEDBACK,
        {"round_id.learner_id": COPY},
        "session_id.course_id",
    ),
    "seats": Held(
        {
            ID: "room_id person_id role seat character ready deroled watching position help_at by_hand",
            PRIVATE: "help_text",
        },
        Purpose.PRACTICE,
        text("Your places in rooms"),
        Keep.SHORT,
        {"person_id": OWN},
        "room_id.session_id.course_id",
        Erase.ROW,
    ),
    "dismissals": Held(
        {ID: "room_id person_id"},
        Purpose.PRACTICE,
        text("Rooms you were taken out of"),
        Keep.SHORT,
        {"person_id": OWN},
        "room_id.session_id.course_id",
        Erase.ROW,
    ),
    "rounds": Held(
        {
            ID: "id room_id number learner_id scenario_id scenario_version rubric_id rubric_version minutes started_at"
            " peer_names encounter_s closed_at released_at opened_at",
            WORDS: "goal next_step",
        },
        Purpose.PRACTICE,
        text("Your rounds, with goal and next step"),
        Keep.FEEDBACK,
        {"learner_id": OWN},
        "room_id.session_id.course_id",
    ),
    "takes": Held(
        {ID: "round_id number offset_s from_beat from_offset_s"},
        Purpose.PRACTICE,
        text("Takes of your rounds"),
        Keep.FEEDBACK,
        {"round_id.learner_id": OWN},
        ROUND,
    ),
    "journal": Held(
        {ID: "room_id seq round_id take offset_s person_id action action_id at", LINES: "data answer"},
        Purpose.PRACTICE,
        text("What you did in rooms, action by action"),
        Keep.FEEDBACK,
        {"person_id": OWN, "round_id.learner_id": COPY},
        "room_id.session_id.course_id",
    ),
    "notices": Held(
        {ID: "id room_id person_id at", WORDS: "text"},
        Purpose.PRACTICE,
        text("Notices you sent to rooms"),
        Keep.FEEDBACK,
        {"person_id": GIVEN},
        "room_id.session_id.course_id",
    ),
    "observations": Held(
        {ID: "id round_id author_id seat take offset_s at", RATING: "kind marker judgement", WORDS: "text"},
        Purpose.FEEDBACK,
        text("Observations"),
        Keep.FEEDBACK,
        {"author_id": GIVEN, "round_id.learner_id": ABOUT},
        ROUND,
    ),
    "feelings": Held(
        {ID: "id round_id person_id character take offset_s at", RATING: "value"},
        Purpose.FEEDBACK,
        text("How heard a character felt"),
        Keep.FEEDBACK,
        {"person_id": GIVEN, "round_id.learner_id": ABOUT},
        ROUND,
    ),
    "disclosure_marks": Held(
        {ID: "round_id disclosure take offset_s person_id"},
        Purpose.FEEDBACK,
        text("Facts a patient told"),
        Keep.FEEDBACK,
        {"person_id": GIVEN},
        ROUND,
    ),
    "scorecards": Held(
        {ID: "id round_id rater_id seat status submitted_at released_at"},
        Purpose.FEEDBACK,
        text("Scorecards"),
        Keep.FEEDBACK,
        {"rater_id": GIVEN, "round_id.learner_id": ABOUT},
        ROUND,
    ),
    "entries": Held(
        {
            ID: "scorecard_id entry revision saved_at held_at held_by let_go_at",
            RATING: "rating not_observed",
            WORDS: "text held_reason",
        },
        Purpose.FEEDBACK,
        text("Ratings and comments"),
        Keep.FEEDBACK,
        {"scorecard_id.rater_id": GIVEN, "scorecard_id.round_id.learner_id": ABOUT, "held_by": NAMED},
        "scorecard_id." + ROUND,
    ),
    "corrections": Held(
        {ID: "id round_id scorecard_id entry made_by made_at", RATING: "rating not_observed", WORDS: "text reason"},
        Purpose.FEEDBACK,
        text("Corrections of feedback"),
        Keep.FEEDBACK,
        {"made_by": GIVEN, "round_id.learner_id": ABOUT},
        ROUND,
    ),
    "readings": Held(
        {ID: "id round_id person_id at"},
        Purpose.FEEDBACK,
        text("Who opened a report, and when"),
        Keep.FEEDBACK,
        {"person_id": GIVEN, "round_id.learner_id": ABOUT},
        ROUND,
    ),
    "calibrations": Held(
        {ID: "id course_id person_id encounter_id encounter_version seat submitted_at"},
        Purpose.FEEDBACK,
        text("Your practice in rating"),
        Keep.FEEDBACK,
        {"person_id": OWN},
        "course_id",
        Erase.ROW,
    ),
    "calibration_marks": Held(
        {ID: "calibration_id item", RATING: "rating"},
        Purpose.FEEDBACK,
        text("Your ratings in that practice"),
        Keep.FEEDBACK,
        {"calibration_id.person_id": OWN},
        "calibration_id.course_id",
        Erase.ROW,
    ),
    "cues": Held(
        {ID: "id round_id from_id to_id at", WORDS: "text"},
        Purpose.FEEDBACK,
        text("Private cues"),
        Keep.FEEDBACK,
        {"from_id": GIVEN, "to_id": OWN},
        ROUND,
    ),
    "reflections": Held(
        {ID: "round_id person_id shared saved_at", PRIVATE: "text"},
        Purpose.OWN,
        text("Reflections after rounds"),
        Keep.OWN,
        {"person_id": OWN},
        ROUND,
        Erase.ROW,
    ),
    "journal_entries": Held(
        {ID: "session_id person_id prompt shared revision saved_at", PRIVATE: "text"},
        Purpose.OWN,
        text("Your private journal"),
        Keep.OWN,
        {"person_id": OWN},
        "session_id.course_id",
        Erase.ROW,
    ),
    "agreement_lines": Held(
        {ID: "id group_id position revision edited_by edited_at removed_at", WORDS: "text"},
        Purpose.PRACTICE,
        text("Lines of your group’s agreement that you wrote last"),
        Keep.FEEDBACK,
        {"edited_by": GIVEN},
        "group_id.course_id",
    ),
    "hand_overs": Held(
        {ID: "group_id day author_id revision saved_at", WORDS: "text"},
        Purpose.FEEDBACK,
        text("Your notes on a group, from day to day"),
        Keep.FEEDBACK,
        {"author_id": GIVEN},
        "group_id.course_id",
    ),
    "attendances": Held(
        {ID: "id session_id room_id person_id process", PROOF: "came_at seen_at left_at"},
        Purpose.CREDIT,
        text("When you were in a room"),
        Keep.EVIDENCE,
        {"person_id": OWN},
        "session_id.course_id",
    ),
    "statements": Held(
        {
            ID: "id session_id person_id source batch made_by made_at",
            PROOF: "came_at left_at minutes",
            PRIVATE: "reason",
        },
        Purpose.CREDIT,
        text("What was said of your presence"),
        Keep.EVIDENCE,
        {"person_id": OWN, "made_by": NAMED},
        "session_id.course_id",
        Erase.PROOF,
    ),
    "claims": Held(
        {ID: "id course_id person_id", PROOF: "quarters made_at"},
        Purpose.CREDIT,
        text("Credit you claimed"),
        Keep.EVIDENCE,
        {"person_id": OWN},
        "course_id",
        proves=True,
    ),
    "evaluations": Held({ID: "id course_id lot", FACT: "answers"}),
    "evaluators": Held(
        {ID: "course_id person_id"},
        Purpose.CREDIT,
        text("Courses you evaluated; what you said is kept apart from you"),
        Keep.EVIDENCE,
        {"person_id": OWN},
        "course_id",
        Erase.PROOF,
    ),
    "consents": Held(
        {ID: "id person_id course_id", PROOF: "purpose given_at withdrawn_at"},
        Purpose.CREDIT,
        text("Consents given and withdrawn"),
        Keep.EVIDENCE,
        {"person_id": OWN},
        "course_id",
        Erase.PROOF,
    ),
    "licences": Held(
        {ID: "id course_id person_id saved_at", SECRET: "sealed"},
        Purpose.CREDIT,
        text("Licence and birthday, sealed"),
        Keep.EVIDENCE,
        {"person_id": OWN},
        "course_id",
        Erase.PROOF,
    ),
    "standards": Held(
        {ID: "id course_id set_by set_at", FACT: "level least rounds"},
        Purpose.CREDIT,
        text("Standards you set"),
        Keep.EVIDENCE,
        {"set_by": NAMED},
        "course_id",
    ),
    "attestations": Held(
        {ID: "id course_id person_id made_by made_at", PROOF: "verdict", WORDS: "text"},
        Purpose.CREDIT,
        text("A coach’s word on you"),
        Keep.EVIDENCE,
        {"person_id": ABOUT, "made_by": GIVEN},
        "course_id",
        proves=True,
    ),
    "kept_names": Held(
        {ID: "person_id kept_at", PROOF: "name email"},
        Purpose.CREDIT,
        text("Your name, for evidence"),
        Keep.EVIDENCE,
        {"person_id": OWN},
    ),
    "data_requests": Held(
        {ID: "id person_id course_id made_at answered_at answered_by", PRIVATE: "text"},
        Purpose.COURSE,
        text("What you asked to have corrected"),
        Keep.COURSE,
        {"person_id": OWN, "answered_by": NAMED},
        "course_id",
        Erase.ROW,
    ),
    "links": Held(
        {ID: "id person_id course_id created_at expires_at revoked_at used_at", SECRET: "token_hash"},
        Purpose.LETTERS,
        text("Personal links"),
        Keep.SHORT,
        {"person_id": OWN},
        "course_id",
        Erase.ROW,
    ),
    "api_tokens": Held(
        {
            ID: "id person_id course_id scope made_at expires_at used_at revoked_at",
            SECRET: "token_hash",
            STATE: "name",
        },
        Purpose.SECURITY,
        text("Tokens you made for programs"),
        Keep.SHORT,
        {"person_id": OWN},
        "course_id",
        Erase.ROW,
    ),
    "invitations": Held(
        {
            ID: "id course_id person_id kind contents queued_at sent_at tried_at tries",
            (Class.CONTACT, Erase.EMPTY): "error entries",
        },
        Purpose.LETTERS,
        text("Letters sent to you"),
        Keep.SHORT,
        {"person_id": OWN},
        "course_id",
        Erase.ROW,
    ),
    "guests": Held(
        {ID: "id room_id asked_at answered_at answered_by person_id", NAME: "name", SECRET: "token_hash"},
        Purpose.LETTERS,
        text("When you came to a room’s door by its code"),
        Keep.SHORT,
        {"person_id": OWN, "answered_by": NAMED},
        "room_id.session_id.course_id",
        Erase.ROW,
    ),
    "sign_in_failures": Held({ID: "id account_hash at"}, keep=Keep.SHORT),
    "revocations": Held(
        {ID: "id person_id room_id reason at"},
        Purpose.SECURITY,
        text("When your windows were closed"),
        Keep.SHORT,
        {"person_id": OWN},
    ),
    "audit": Held(
        {ID: "id at actor_id what subject_id course_id data previous digest"},
        Purpose.SECURITY,
        text("What was noted of you or done by you"),
        Keep.AUDIT,
        {"actor_id": OWN, "subject_id": OWN},
        "course_id",
    ),
    "audit_ends": Held({ID: "id first before last digest"}),
    "editions": Held({ID: "kind name version kept_at", FACT: "content"}),
}


def column(table: str, name: str) -> Column:
    """What is said of a column. Raises KeyError for one that nothing is said of."""
    held = REGISTRY[table]
    holds, erase = held.kinds()[name]
    return Column(holds, held.purpose, held.keep, held.rows if held.rows is not Erase.KEEP else erase)
