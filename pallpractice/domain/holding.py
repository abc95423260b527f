"""What is held about people: of which kind, what for, how long, and what becomes of it when someone is erased."""

from dataclasses import dataclass
from enum import StrEnum

from .text import Text, text, texts


class Class(StrEnum):
    """What a column holds."""

    NOT_PERSONAL = "not personal"
    IDENTIFYING = "identifying"
    CONTACT = "contact"
    FEEDBACK = "feedback"
    PRIVATE = "private text"
    EVIDENCE = "evidence"
    SECRET = "secret"  # noqa: S105 (a word)
    TECHNICAL = "technical"  # ids, instants, counters: say something of a person only together with their name


class Purpose(StrEnum):
    """What it is held for."""

    ACCOUNT = "account"
    COURSE = "course"
    PRACTICE = "practice"
    FEEDBACK = "feedback"
    OWN = "own"
    CREDIT = "credit"
    LETTERS = "letters"
    SECURITY = "security"


class Keep(StrEnum):
    """How long it is held. The days of each are settings of the site, where it has any."""

    ACCOUNT = "account"
    COURSE = "course"
    FEEDBACK = "feedback"
    OWN = "own"
    EVIDENCE = "evidence"
    SHORT = "short"
    AUDIT = "audit"


class Erase(StrEnum):
    """What erasing a person does to a column of theirs."""

    KEEP = "keep"  # stays: without their name and words it says nothing of who they were
    EMPTY = "empty"
    NEW = "new"  # something made up takes its place
    SCRUB = "scrub"  # ids and numbers stay, words go
    ROW = "row"  # goes with its row
    PROOF = "proof"  # goes with its row, unless the person has credit to prove in that course


class Relation(StrEnum):
    """How a row is someone's."""

    OWN = "own"  # about them, or written for themselves
    ABOUT = "about"  # others wrote it about them: theirs to read once it is released
    GIVEN = "given"  # they wrote it about others or in their office: it stays with the others, without their name
    COPY = "copy"  # repeats what is theirs in another table
    NAMED = "named"  # only names them, as who did something


PURPOSES: dict[Purpose, tuple[Text, Text]] = {
    Purpose.ACCOUNT: (text("Who you are"), text("so that you can come in, and others know whom they practise with")),
    Purpose.COURSE: (text("Your place in courses"), text("so that there is a group, a room and a turn for you")),
    Purpose.PRACTICE: (text("What happened in your rooms"), text("so that a round can be played and looked back on")),
    Purpose.FEEDBACK: (
        text("Feedback you were given and gave"),
        text("so that you, and those you watched, learn from it"),
    ),
    Purpose.OWN: (text("What you wrote for yourself"), text("so that you can come back to it")),
    Purpose.CREDIT: (
        text("Presence, credit and evidence"),
        text("so that your course can prove what you took part in"),
    ),
    Purpose.LETTERS: (
        text("Invitations and links"),
        text("so that you find your way in, and nothing is sent to you twice"),
    ),
    Purpose.SECURITY: (
        text("Sign-ins and what was done with data"),
        text("so that misuse is seen, and someone can answer for it"),
    ),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How many days each kind of data is kept after its course has ended; the audit's from each line on."""

    feedback: int = 180
    evidence: int = 6 * 365 + 2
    audit: int = 6 * 365 + 2


def lasting(days: int) -> Text:
    """So many days; in years where these are what people think in."""
    years = round(days / 365.25)
    return texts("{n} year", "{n} years", years) if years > 1 else texts("{n} day", "{n} days", days)


def kept(keep: Keep, terms: Terms) -> Text:
    """For how long, in words."""
    evidence, feedback = lasting(terms.evidence), lasting(terms.feedback)
    return {
        Keep.ACCOUNT: text("until you erase it, or {time} after your last course", time=evidence),
        Keep.COURSE: text("until you erase it, or {time} after your last course", time=evidence),
        Keep.FEEDBACK: text(
            "{time} after the course; then words go, and numbers stay without your name, unless they prove credit",
            time=feedback,
        ),
        Keep.OWN: text("until you delete it"),
        Keep.EVIDENCE: text(
            "{time} after the course, also when you erase yourself, if credit has to be proven by it", time=evidence
        ),
        Keep.SHORT: text("at most {time} after the course", time=feedback),
        Keep.AUDIT: text("{time}; it holds no names and no words", time=lasting(terms.audit)),
    }[keep]


def erased(purpose: Purpose) -> Text:
    """What erasing does to what is held for a purpose, in words."""
    return {
        Purpose.ACCOUNT: text("Goes at once: name, address, password and all you said of yourself."),
        Purpose.COURSE: text("Your places, your goal and what was cast or planned for you go at once."),
        Purpose.PRACTICE: text("Your words go at once. That someone was there, and when, stays without a name."),
        Purpose.FEEDBACK: text(
            "What was written about you goes at once. What you gave to others stays theirs, without your name."
        ),
        Purpose.OWN: text("Goes at once."),
        Purpose.CREDIT: text(
            "Goes at once, unless you claimed credit or a coach gave their word on you for a board: then the course "
            "must keep the proof, and your name with it."
        ),
        Purpose.LETTERS: text("Goes at once. Letters that were sent are in your mailbox and on mail servers."),
        Purpose.SECURITY: text("Stays: lines with ids, which lead to nobody once your name has gone."),
    }[purpose]
