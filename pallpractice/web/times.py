"""Instants as people read them, and the zones they may choose from."""

from zoneinfo import available_timezones

from ..domain.times import SHORT_DATE, clock, day, day_and_span, joined_by_comma, moment, on, own_span, span

__all__ = ["SHORT_DATE", "clock", "day", "day_and_span", "joined_by_comma", "moment", "on", "own_span", "span", "zones"]


def zones() -> list[str]:
    """The names a person may choose from: places, and UTC."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
