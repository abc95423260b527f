"""`python -m tests.bench.pairing`: the course that a plan's speed is promised for, and what the plan breaks.

120 learners in 20 groups, 24 actors, two sessions of 105 and 120 minutes, the shipped scenarios; four actors are cast
for half of them, five have declined one. By how long a round is: at 20 minutes nobody could give everyone a turn, for
want of actors, and the reasons say so; at 15 and 24 no rule is broken.
"""

import argparse
import time
from collections import Counter

from pallpractice.config import CHECKOUT
from pallpractice.domain.pairing.rules import broken
from pallpractice.library.shelf import Library
from pallpractice.services.pairing.making import judge
from pallpractice.services.pairing.model import Model
from pallpractice.services.pairing.solver import solve
from tests.pairings import shipped, stated


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=int, nargs="*", default=[15, 20, 24], help="of a round")
    asked.add_argument("--actors", type=int, default=24)
    cases = shipped(Library.read([CHECKOUT / "scenarios"]))
    options = asked.parse_args()
    for minutes in options.minutes:
        problem = stated(cases, actors=options.actors, round_minutes=minutes)
        began = time.perf_counter()
        model = Model(problem)
        found = solve(model.program)
        plan = model.plan(found.values)
        taken = time.perf_counter() - began
        judged = judge(problem, plan)
        rules = Counter(one.rule.value for one in broken(problem, plan))
        print(
            f"{minutes} minutes: {len(plan)} rounds in {taken:.1f} s ({len(model.program.upper)} variables,"
            f" {len(model.program.rows)} rows), turns proven: {found.turns_proven}, wishes proven: {found.proven};"
            f" broken: {dict(rules) or 'nothing'}; no time for {len(judged.no_time)}"
        )
        print("  " + "; ".join(f"{one.title}: {one.words}" for one in judged.measures))
        for words in judged.reasons[:6] if rules else ():
            print(f"  - {words}")


if __name__ == "__main__":
    main()
