"""Solves a plan's program with HiGHS, in a process of its own: the rooms must not wait while it counts.

Run as a module it is that process: a program comes in on standard input, lines of progress and the values go out.
"""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...domain.errors import Unavailable
from ...domain.text import text
from .model import Program

LIMIT_S = 17.0  # of 20: the process begins and ends in the rest
# Until when the steps before the wishes may go on, as shares of that time; with a plan before, and without.
FOR_NEAR, FOR_TURNS_ANEW, FOR_CHANGES = 0.15, 0.45, 0.9
FOR_TURNS = 0.7
WORKERS = 2
SEED = 7
NEAR_ENOUGH = 0.005  # the wishes need not be met to the last half per cent


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the solver is: `step` is "turns", "changes" or "wishes", after `seconds` of at most `of`.

    `turns` are given in the best it has found, of those that are `wanted`.
    """

    step: str
    seconds: float
    of: float
    turns: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Solved:
    """The values found. `turns_proven`: nobody could have more turns; `told_proven`: and nobody need be told less.

    `proven`: and the wishes can't be met better.
    """

    values: tuple[int, ...]
    turns_proven: bool
    told_proven: bool
    proven: bool
    seconds: float


def solve(
    program: Program, on_progress: Callable[[Progress], None] = lambda progress: None, *, limit: float = LIMIT_S
) -> Solved:
    """The best values found within `limit` seconds. Raises Unavailable when its process ends without any."""
    if not program.upper:
        return Solved((), True, True, True, 0.0)
    began = time.monotonic()
    asked = json.dumps({**asdict(program), "limit": limit}).encode()
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    command = [sys.executable, "-W", "ignore", "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ) as child:  # noqa: S603
        try:
            return _follow(child, asked, on_progress, began)
        finally:
            child.kill()


def _follow(child: Any, asked: bytes, on_progress: Callable[[Progress], None], began: float) -> Solved:
    for step in (lambda: child.stdin.write(asked), child.stdin.close):
        with suppress(BrokenPipeError):  # it has ended already: then no answer comes
            step()
    for line in iter(child.stdout.readline, b""):
        told = json.loads(line)
        if "values" in told:
            seconds = time.monotonic() - began
            return Solved(tuple(told["values"]), told["turns_proven"], told["told_proven"], told["proven"], seconds)
        on_progress(Progress(**told))
    raise Unavailable(text("The plan could not be made: its process ended too early. Try again."))


# The process.

Costs = list[int]  # of each variable
Values = list[int]  # likewise; empty where none are known


class _Run:
    """One program in HiGHS, looked at for one aim after the other."""

    def __init__(self, program: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
        import highspy

        self.program, self.tell, self.began = program, tell, time.monotonic()
        self.limit = float(program["limit"])
        self.chairs = [at for at, worth in enumerate(program["turns"]) if worth < 0]
        self.turns, self.step = 0, "turns"
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        options = {"output_flag": False, "threads": WORKERS, "random_seed": SEED, "mip_abs_gap": 0.99}
        for name, value in options.items():
            self.solver.setOptionValue(name, value)
        self.solver.passModel(_linear(program))
        self.solver.cbMipLogging.subscribe(lambda event: self.progress())
        self.solver.cbMipImprovingSolution.subscribe(self._better)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def _better(self, event: Any) -> None:
        found = event.data_out.mip_solution
        self.turns = max(self.turns, sum(round(found[at]) for at in self.chairs))
        self.progress()

    def progress(self) -> None:
        told = Progress(self.step, round(self.seconds, 1), self.limit, self.turns, len(self.chairs))
        self.tell(asdict(told))

    def look(self, costs: Costs, until: float, start: Values, gap: float = 0.0) -> tuple[Values, bool]:
        """The values found with the least of these costs, and whether it is sure that there are none with less.

        `until` is a share of the time there is. The search begins at `start`, and comes back with it if need be.
        """
        import highspy
        import numpy

        self.progress()
        count = len(costs)
        self.solver.changeColsCost(count, numpy.arange(count, dtype=numpy.int32), numpy.array(costs, float))
        self.solver.setOptionValue("mip_rel_gap", gap)
        if start:  # said each time: the solver forgets what it has found when the costs change
            known = highspy.HighsSolution()
            known.col_value, known.value_valid = [float(value) for value in start], True
            self.solver.setSolution(known)
        found, sure, worth = self._search(until)
        if found and worth != _sum(costs, found):
            # HiGHS 1.16 gives the start back at times, with the worth of something better that it has found.
            self.solver.clearSolver()
            found, sure, worth = self._search(until)
        if not found or (start and _sum(costs, start) < _sum(costs, found)):
            return start, False
        return found, sure and worth == _sum(costs, found)

    def _search(self, until: float) -> tuple[Values, bool, int]:
        """The values found, whether they are the best, and what the solver says they cost."""
        import highspy

        self.solver.setOptionValue("time_limit", max(self.limit * until - self.seconds, 0.1))  # of this search alone
        self.solver.run()
        info = self.solver.getInfo()
        if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            return [], False, 0
        found = [round(value) for value in self.solver.getSolution().col_value]
        sure = bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
        return found, sure, round(info.objective_function_value)

    def hold(self, least: float, costs: Costs, most: float) -> None:
        """From now on these costs are within bounds."""
        import numpy

        terms = [(at, cost) for at, cost in enumerate(costs) if cost]
        where = numpy.array([at for at, _ in terms], numpy.int32)
        self.solver.addRow(least, most, len(terms), where, numpy.array([cost for _, cost in terms], float))

    def firm(self, least: float) -> None:
        """Holds what is firm at 1, or lets it go at 0."""
        for variable in self.program["firm"]:
            self.solver.changeColBounds(variable, least, 1.0)


def _linear(program: dict[str, Any]) -> Any:
    import highspy
    import numpy

    lp, count, rows = highspy.HighsLp(), len(program["upper"]), program["rows"]
    lp.num_col_, lp.num_row_ = count, len(rows)
    lp.col_cost_, lp.col_lower_ = numpy.zeros(count), numpy.zeros(count)
    lp.col_upper_ = numpy.array(program["upper"], float)
    lp.row_lower_ = numpy.array([least for least, _, _ in rows], float)
    lp.row_upper_ = numpy.array([most for _, most, _ in rows], float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = numpy.cumsum([0, *(len(terms) for _, _, terms in rows)])
    lp.a_matrix_.index_ = numpy.array([at for _, _, terms in rows for at, _ in terms], numpy.int32)
    lp.a_matrix_.value_ = numpy.array([times for _, _, terms in rows for _, times in terms], float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    return lp


def run(program: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
    """Solves, telling progress and at last the values."""
    run = _Run(program, tell)
    turns, told = program["turns"], program["told"]
    found, turns_proven, told_proven = _told_least(run) if any(told) else _most_turns(run)
    for costs in (turns, told):
        if found and any(costs):
            run.hold(-math.inf, costs, _sum(costs, found))
    run.step = "wishes"
    values, proven = run.look(program["cost"], 1.0, found, NEAR_ENOUGH)
    sure = {"turns_proven": turns_proven, "told_proven": told_proven, "proven": told_proven and proven}
    tell({"values": values or [0] * len(turns), **sure})


def _most_turns(run: _Run) -> tuple[Values, bool, bool]:
    """Without a plan before: as many turns as possible, and whether that is sure."""
    found, sure = run.look(run.program["turns"], FOR_TURNS, run.program["start"])
    return found, sure, sure


def _told_least(run: _Run) -> tuple[Values, bool, bool]:
    """As many turns as possible, and of the ways to that the one in which people are told the least.

    Whether both are sure too. What most turns are found with may be far from the plan before. So what is near it is
    looked at on its own, and then all there is from there; how many turns there can be only helps to end the search.
    """
    turns, told = run.program["turns"], run.program["told"]
    weight = 1 + sum(map(abs, told))
    both = [weight * turn + other for turn, other in zip(turns, told, strict=True)]
    run.firm(1.0)
    near, _ = run.look(both, FOR_NEAR, run.program["start"])
    run.firm(0.0)
    most, turns_sure = run.look(turns, FOR_TURNS_ANEW, near)
    if turns_sure:
        run.hold(_sum(turns, most), turns, math.inf)
    run.step = "changes"
    least, told_sure = run.look(both, FOR_CHANGES, near)
    found = min((one for one in (most, near, least) if one), key=lambda one: _sum(both, one), default=[])
    return found, turns_sure, turns_sure and told_sure


def _sum(costs: Costs, values: Values) -> int:
    return sum(cost * value for cost, value in zip(costs, values, strict=True))


def main() -> None:
    """The process: politely behind the rooms of the same machine."""
    os.nice(5)
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the library greets on standard output

    def tell(what: dict[str, Any]) -> None:
        os.write(out, json.dumps(what).encode() + b"\n")

    run(json.load(sys.stdin), tell)


if __name__ == "__main__":
    main()
