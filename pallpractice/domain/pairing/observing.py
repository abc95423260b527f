"""What each observer listens for: jobs that go round among those who are not in the chair."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..text import Text, text


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to watch for, and how."""

    id: str
    title: Text
    words: Text


JOBS = (
    Job(
        "words",
        text("Exact words"),
        text("Write down what was said, word for word: one sentence that helped, one that did not."),
    ),
    Job(
        "emotion",
        text("Emotion and silence"),
        text("Note each emotion you see, what came next, and how long each silence was."),
    ),
    Job(
        "pace",
        text("Pace and checks"),
        text("Note how much is said at a time, and where the learner asks what was understood."),
    ),
    Job("body", text("Without words"), text("Watch faces, hands and voices, of both: what changes, and after what.")),
)


def shared(rounds: Iterable[tuple[str | None, Sequence[str]]]) -> list[Mapping[str, Job]]:
    """Each observer's job, round by round: rounds are (who is in the chair, all learners there), in order.

    Every job is taken as soon as there are enough observers, and whoever had one least often has it next.
    """
    had: Counter[tuple[str, str]] = Counter()
    found: list[Mapping[str, Job]] = []
    for chair, people in rounds:
        deal = _deal([person for person in people if person != chair], had)
        had.update((person, job.id) for person, job in deal.items())
        found.append(deal)
    return found


def _deal(observers: Sequence[str], had: Mapping[tuple[str, str], int]) -> dict[str, Job]:
    deal: dict[str, Job] = {}
    while left := [person for person in observers if person not in deal]:
        taken = Counter(job.id for job in deal.values())
        fewest = min(taken[job.id] for job in JOBS)
        pairs = [(person, job) for job in JOBS if taken[job.id] == fewest for person in left]
        person, job = min(pairs, key=lambda pair: had.get((pair[0], pair[1].id), 0))
        deal[person] = job
    return deal
