"""What the pages are made with, put together once by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from ..config import Settings
from ..library import Library
from ..services.credit.licences import Sealer
from ..services.invitations.postman import Postman
from ..services.passwords import Hasher
from ..storage.unit_of_work import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`present` tells who is connected to a room; `offload` runs what would hold up the others.

    `solving` runs what takes a core for seconds, one at a time, and so does `printing`, which lays out files of pages,
    and `exporting`, which writes what is taken out of courses.
    """

    settings: Settings
    store: Store
    library: Library
    offload: Callable[..., Any]
    solving: Callable[..., Any]
    exporting: Callable[..., Any]
    printing: Callable[..., Any]
    present: Callable[[str], set[str]]
    postman: Postman | None = None
    hasher: Hasher = field(init=False)
    sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hasher", Hasher(self.offload))
        object.__setattr__(self, "sealer", Sealer(self.settings.data_key))


def parts() -> Parts:
    """Those of the application that serves this request."""
    found: Parts = current_app.extensions["pallpractice"]
    return found
