"""Makes every table known to `Base.metadata`.

Whoever goes by the list of all of them imports this: a command that asked for a few alone would miss the others.
"""

from . import (  # noqa: F401
    audit,
    courses,
    credit,
    feedback,
    groups,
    invitations,
    mine,
    plans,
    presence,
    rating,
    rooms,
    scenarios,
    tokens,
)
