"""What the provider asks of everyone after the course. Answers are kept without a name, and shown by the five."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean

from .errors import Invalid
from .text import Text, text

LOT = 5
OPEN_FOR = timedelta(days=60)
LONGEST = 2000
Answers = Mapping[str, str]


class Kind(StrEnum):
    """How a question is answered."""

    AGREE = "agree"  # 1 to 5
    YES_NO = "yes_no"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; words may be left out, all else is to be answered."""

    id: str
    kind: Kind
    text: Text


AGREE_WORDS = {
    "1": text("not at all"),
    "2": text("a little"),
    "3": text("partly"),
    "4": text("largely"),
    "5": text("fully"),
}
YES_NO_WORDS = {"yes": text("yes"), "no": text("no")}
CHOICES: Mapping[Kind, Mapping[str, Text]] = {Kind.AGREE: AGREE_WORDS, Kind.YES_NO: YES_NO_WORDS}

QUESTIONS = (
    Question("news", Kind.AGREE, text("I can deliver serious news better than before.")),
    Question("values", Kind.AGREE, text("I can explore what matters to patients and recommend accordingly.")),
    Question("practice", Kind.AGREE, text("Practising with actors and a coach helped me learn.")),
    Question("feedback", Kind.AGREE, text("The feedback I got was specific enough to use.")),
    Question("safe", Kind.AGREE, text("I felt safe enough to try things and fail.")),
    Question("relevant", Kind.AGREE, text("The course fits the patients and families I care for.")),
    Question("change", Kind.WORDS, text("What will you do differently in your work?")),
    Question("barriers", Kind.WORDS, text("What could keep you from it?")),
    Question("balanced", Kind.YES_NO, text("The course was free of commercial influence.")),
    Question("bias", Kind.WORDS, text("If not, what did you notice?")),
    Question("better", Kind.WORDS, text("What should the course do better?")),
)


def checked(given: Mapping[str, str]) -> dict[str, str]:
    """The answers as they are kept. Raises Invalid, naming each question that is not answered as it can be."""
    faults: dict[str, list[Text]] = {}
    kept = {}
    for question in QUESTIONS:
        answer = given.get(question.id, "").strip()
        if question.kind is Kind.WORDS:
            if len(answer) > LONGEST:
                faults[question.id] = [text("is longer than {n} characters", n=LONGEST)]
        elif answer not in CHOICES[question.kind]:
            faults[question.id] = [text("choose an answer")]
        if answer:
            kept[question.id] = answer
    if faults:
        raise Invalid(text("Some questions have no answer yet."), fields=faults)
    return kept


def opens(ends_at: datetime | None, now: datetime) -> bool:
    """From the end of the last session, for sixty days."""
    return ends_at is not None and ends_at <= now < ends_at + OPEN_FOR


def shown(lots: Collection[int], *, closed: bool) -> set[int]:
    """Which lots may be shown: those a whole one follows. Once nothing more can come, all, if they are five answers.

    Shown one by one, each new answer would be that of whoever answered last. So the last whole lot waits for what is
    left over at the end, which may be a single answer.
    """
    counts = Counter(lots)
    if closed:
        return set(counts) if len(lots) >= LOT else set()
    whole = {lot for lot, n in counts.items() if n >= LOT}
    return {lot for lot in whole if lot + 1 in whole}


@dataclass(frozen=True, slots=True)
class Result:
    """One question's answers together: how often each choice, the mean where there is one, words in no order."""

    question: Question
    counts: Mapping[str, int]
    mean: float | None
    words: Sequence[str]

    @property
    def n(self) -> int:
        return sum(self.counts.values())


def results(answers: Sequence[Answers]) -> list[Result]:
    """Of all answers that may be shown."""
    found = []
    for question in QUESTIONS:
        given = [one[question.id] for one in answers if one.get(question.id)]
        if question.kind is Kind.WORDS:
            # Sorted, so that no two questions' words stand in the same order of people.
            found.append(Result(question, {}, None, sorted(given)))
            continue
        counts = {choice: given.count(choice) for choice in CHOICES[question.kind]}
        mean = fmean(map(int, given)) if question.kind is Kind.AGREE and given else None
        found.append(Result(question, counts, mean, ()))
    return found
