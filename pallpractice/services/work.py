"""What an action needs while it is carried out: who does what, in which room, before and after."""

from dataclasses import dataclass
from typing import Any

from ..domain.errors import Invalid
from ..domain.roles import Seat
from ..domain.room import Act, RoomState
from ..domain.rubric import Rubric
from ..domain.scenario import Scenario
from ..domain.text import text
from ..library.shelf import Library
from ..storage.live import Record
from ..storage.rooms import RoundRow
from ..storage.unit_of_work import UnitOfWork
from . import editions


@dataclass(slots=True)
class Work:
    """One action on its way. `state` is the room's state before the rules were asked, `after` the one they gave."""

    uow: UnitOfWork
    library: Library
    record: Record
    seat: Seat
    act: Act
    after: RoomState

    @property
    def state(self) -> RoomState:
        return self.record.state

    @property
    def fields(self) -> dict[str, Any]:
        return dict(self.act.fields)

    @property
    def version(self) -> int:
        """The number this action will have in the journal."""
        return self.record.head + 1

    @property
    def round(self) -> RoundRow:
        """The present round. Raises Invalid in the first lobby."""
        if self.record.round is None:
            raise Invalid(text("No round has been started yet."))
        return self.record.round

    @property
    def scenario(self) -> Scenario:
        return editions.scenario(self.uow, self.library, self.round.scenario_id, self.round.scenario_version)

    @property
    def rubric(self) -> Rubric:
        return editions.rubric(self.uow, self.library, self.round.rubric_id, self.round.rubric_version)
