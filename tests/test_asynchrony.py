"""Under eventlet, hashing a password lets everyone else go on. In a process of its own, since it must patch first."""

import subprocess
import sys

from pallpractice.config import CHECKOUT

SCRIPT = """
import eventlet
eventlet.monkey_patch()
from pallpractice.asynchrony import off_loop
from pallpractice.services.passwords import Hasher

ticks = [0]
def tick():
    while True:
        eventlet.sleep(0.002)
        ticks[0] += 1

hasher = Hasher(off_loop("{mode}"))
stored = hasher.hash("five tall maples")
eventlet.spawn(tick)
eventlet.sleep(0.05)
before = ticks[0]
answers = list(eventlet.GreenPool().imap(lambda _: hasher.verify(stored, "five tall maples"), range(8)))
assert answers == [True] * 8
print(ticks[0] - before)
"""


def ticks_beside(mode: str) -> int:
    """How often another greenlet got its turn during eight checks."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT.format(mode=mode)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_hashing_does_not_hold_up_the_loop() -> None:
    assert ticks_beside("eventlet") >= 10
    # The control: on the loop itself, the same work leaves next to no turn.
    assert ticks_beside("threading") < 10
