"""`python -m tests.bench.groups`: how long groups take, and how well the wishes are met. Figures of one machine."""

import argparse
import random
import time
from dataclasses import replace

from pallpractice.domain.groups.grouping import Coach, Learner, Place, Standing, Teams, Wishes, broken, homes, movers
from pallpractice.domain.groups.mixing import measures
from pallpractice.domain.roles import Track
from pallpractice.services.groups import making

WORK = ("Hospitalist", "Oncologist", "Staff nurse", "Nurse practitioner", "Social worker", "Chaplain", "Pharmacist")
SHARES = (25, 10, 22, 10, 15, 10, 8)


def people(learners: int, coaches: int, seed: int) -> Standing:
    """Seven in ten of the adult track; twelve institutions; every second learner of one of twenty teams."""
    dice = random.Random(seed)
    return Standing(
        tuple(
            Learner(
                f"p{at}",
                f"P{at}",
                Track.ADULT if dice.random() < 0.7 else Track.PEDIATRIC,
                dice.choices(WORK, SHARES)[0],
                f"Hospital {dice.randrange(12)}",
                f"Team {dice.randrange(20)}" if dice.random() < 0.5 else "",
            )
            for at in range(learners)
        ),
        tuple(Coach(f"c{at}", f"C{at}", Track.ADULT if at % 10 < 7 else Track.PEDIATRIC) for at in range(coaches)),
    )


def again(standing: Standing, made: list, gone: int, new: int) -> Standing:  # type: ignore[type-arg]
    """The same course with the groups made, some learners gone and some come."""
    home = homes(made)
    staying = tuple(replace(one, group=home[one.person]) for one in standing.learners[gone:])
    coming = tuple(replace(one, person=f"n{one.person}") for one in people(new, 0, 99).learners)
    coaches = tuple(replace(one, group=home.get(one.person)) for one in standing.coaches)
    return Standing((*staying, *coming), coaches, tuple(Place(one.id, one.name, one.track) for one in made))


def run(name: str, standing: Standing, wishes: Wishes) -> list:  # type: ignore[type-arg]
    start = time.perf_counter()
    made = list(making.solve(standing, wishes))
    seconds = time.perf_counter() - start
    told = ", ".join(f"{one.wish} {one.met}/{one.of}" for one in measures(standing, wishes, made))
    moved = sum(before is not None for _, before, _ in movers(standing, made))
    print(f"{name:<34}{seconds:>6.1f} s  {told}; {moved} moved; {len(broken(standing, wishes, made))} rules broken")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.groups", description=__doc__)
    parser.add_argument("--learners", type=int, default=120)
    parser.add_argument("--coaches", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    for seed in range(1, asked.seeds + 1):
        standing = people(asked.learners, asked.coaches, seed)
        for teams in Teams:
            wishes = Wishes(teams=teams)
            made = run(f"course {seed}, teams {teams}", standing, wishes)
            run("  again", again(standing, made, 0, 0), wishes)
            run("  again, 5 gone and 6 come", again(standing, made, 5, 6), wishes)


if __name__ == "__main__":
    main()
