"""Plans that are being made, and how far each is."""

from dataclasses import dataclass

from ..domain.text import Text, text
from ..services.pairing.making import Made
from ..services.pairing.solver import Progress
from .runs import Run


@dataclass(kw_only=True)
class PlanRun(Run):
    """One plan on its way."""

    told: Progress | None = None
    made: Made | None = None

    @property
    def words(self) -> Text:
        if self.done:
            return self.problem or text("The plan is made.")
        if self.told is None:
            return text("Reading the course")
        far = {"n": self.told.turns, "all": self.told.wanted}
        if self.told.step == "turns":
            return text("Finding a turn for everyone: {n} of {all} turns so far", **far)
        return text("Meeting the wishes: {n} of {all} turns so far", **far)

    @property
    def share(self) -> int:
        """How much of the time it may take has gone, in hundredths."""
        if self.done:
            return 100
        return min(99, round(100 * self.told.seconds / self.told.of)) if self.told else 0
