"""Solves a plan's program with HiGHS, in a process of its own: the rooms must not wait while it counts.

Run as a module it is that process: a program comes in on standard input, lines of progress and the values go out.
"""

import json
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
FOR_TURNS = 0.7  # the share of it that may go into turns, before wishes are looked at
WORKERS = 2
SEED = 7
NEAR_ENOUGH = 0.005  # the wishes need not be met to the last half per cent


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the solver is: `step` is "turns" or "wishes", after `seconds` of at most `of`.

    `turns` are given in the best it has found, of those that are `wanted`.
    """

    step: str
    seconds: float
    of: float
    turns: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Solved:
    """The values found. `turns_proven`: nobody could have more turns; `proven`: the wishes can't be met better."""

    values: tuple[int, ...]
    turns_proven: bool
    proven: bool
    seconds: float


def solve(
    program: Program, on_progress: Callable[[Progress], None] = lambda progress: None, *, limit: float = LIMIT_S
) -> Solved:
    """The best values found within `limit` seconds. Raises Unavailable when its process ends without any."""
    if not program.upper:
        return Solved((), True, True, 0.0)
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
            return Solved(tuple(told["values"]), told["turns_proven"], told["proven"], seconds)
        on_progress(Progress(**told))
    raise Unavailable(text("The plan could not be made: its process ended too early. Try again."))


# The process.


class _Run:
    """One program in HiGHS: first the turns, then the wishes with the turns held."""

    def __init__(self, program: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
        import highspy

        self.program, self.tell, self.began = program, tell, time.monotonic()
        self.limit = float(program["limit"])
        self.values = [0] * len(program["upper"])
        self.chairs = [at for at, worth in enumerate(program["turns"]) if worth < 0]
        self.turns, self.step = 0, ""
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

    def aim(self, step: str, costs: list[int], seconds: float, gap: float) -> bool:
        """Goes for the least of these costs, keeps the best values found, and says whether none are better."""
        import highspy
        import numpy

        self.step = step
        self.progress()
        count = len(costs)
        self.solver.changeColsCost(count, numpy.arange(count, dtype=numpy.int32), numpy.array(costs, float))
        self.solver.setOptionValue("mip_rel_gap", gap)
        self.solver.setOptionValue("time_limit", max(seconds, 0.1))  # of this run alone
        self.solver.run()
        if self.solver.getInfo().primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            return False
        self.values = [round(value) for value in self.solver.getSolution().col_value]
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def hold(self, costs: list[int]) -> None:
        """From now on these costs get no worse; the search begins where they are as they are now."""
        import numpy

        terms = [(at, cost) for at, cost in enumerate(costs) if cost]
        if not terms:
            return
        most = sum(cost * self.values[at] for at, cost in terms)
        where, factors = (
            numpy.array([at for at, _ in terms], numpy.int32),
            numpy.array([one for _, one in terms], float),
        )
        solution = self.solver.getSolution()
        self.solver.addRow(-float("inf"), float(most), len(terms), where, factors)
        self.solver.setSolution(solution)


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
    turns_proven = run.aim("turns", program["turns"], run.limit * FOR_TURNS - run.seconds, 0.0)
    run.hold(program["turns"])
    proven = run.aim("wishes", program["cost"], run.limit - run.seconds, NEAR_ENOUGH)
    tell({"values": run.values, "turns_proven": turns_proven, "proven": turns_proven and proven})


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
