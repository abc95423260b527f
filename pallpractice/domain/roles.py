"""Who people are: a role in a course, a seat in a round."""

from enum import StrEnum

from .text import text


class Role(StrEnum):
    """What a person is in a course, all course long."""

    LEARNER = "learner"
    ACTOR = "actor"
    COACH = "coach"
    ORGANISER = "organiser"


class Seat(StrEnum):
    """What a person is in the present round of a room. An organiser visits; the others are placed."""

    LEARNER = "learner"
    PATIENT = "patient"
    OBSERVER = "observer"
    COACH = "coach"
    ORGANISER = "organiser"


SEAT_WORDS = {
    Seat.LEARNER: text("learner"),
    Seat.PATIENT: text("patient"),
    Seat.OBSERVER: text("observer"),
    Seat.COACH: text("coach"),
    Seat.ORGANISER: text("organiser"),
}

PLACED = (Seat.LEARNER, Seat.PATIENT, Seat.OBSERVER, Seat.COACH)
EVERYONE = tuple(Seat)

# Where a role sits while nobody has been called to the learner's chair.
RESTING_SEAT = {
    Role.LEARNER: Seat.OBSERVER,
    Role.ACTOR: Seat.PATIENT,
    Role.COACH: Seat.COACH,
    Role.ORGANISER: Seat.ORGANISER,
}


class Track(StrEnum):
    """Whom a course member cares for."""

    ADULT = "adult"
    PEDIATRIC = "pediatric"


TRACK_WORDS = {Track.ADULT: text("adult"), Track.PEDIATRIC: text("pediatric")}


class Skill(StrEnum):
    """What a practice session practises."""

    SERIOUS_NEWS = "serious_news"
    VALUES = "values"


class SessionKind(StrEnum):
    """What a dated block of the programme is."""

    PLENARY = "plenary"
    STARTUP = "startup"
    PRACTICE = "practice"
    REFLECTION = "reflection"
    BREAK = "break"


# Where a group meets without practising, and where it has a room at all.
CIRCLES = (SessionKind.STARTUP, SessionKind.REFLECTION)
GATHERINGS = (SessionKind.STARTUP, SessionKind.PRACTICE, SessionKind.REFLECTION)
