"""How fast passwords may be guessed: ten in a quarter of an hour for one account, each after a longer wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
MOST = 10
FREE = 3  # the first slips of a person who knows the password cost no wait
LONGEST = 60.0


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
