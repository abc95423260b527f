"""How fast passwords and codes may be guessed: ten in a quarter of an hour for one account or address, each after a
longer wait.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
MOST = 10
FREE = 3  # the first slips of a person who knows the password cost no wait
LONGEST = 60.0
MOST_OF_ALL = 300  # of all addresses together, where there are 729 million codes


def wait(failures: Sequence[datetime], now: datetime) -> float:
    """Seconds until the next guess is looked at; 0 for now. `failures` in order of time.

    Nothing locks for good: a guess made while waiting is not counted.
    """
    recent = [at for at in failures if now - at < WINDOW]
    if len(recent) >= MOST:
        return (recent[-MOST] + WINDOW - now).total_seconds()
    if len(recent) < FREE:
        return 0.0
    pause = min(2.0 ** (len(recent) - FREE), LONGEST)
    return max(0.0, pause - (now - recent[-1]).total_seconds())


def wait_of_all(failures: Sequence[datetime], now: datetime) -> float:
    """The same for the tries of everyone together, which make nobody wait before there are very many."""
    recent = [at for at in failures if now - at < WINDOW]
    return (recent[-MOST_OF_ALL] + WINDOW - now).total_seconds() if len(recent) >= MOST_OF_ALL else 0.0
