"""What depends on how the server waits: real threads for work that would hold up everyone else.

With `wsgi.py`, the only module that knows eventlet.
"""

from collections.abc import Callable
from threading import Lock, Semaphore
from typing import Any, ParamSpec, TypeVar

from .domain.errors import Unavailable
from .domain.text import Text, text

P = ParamSpec("P")
T = TypeVar("T")
SIGNING_IN = text("Too many people are signing in just now. Try again in a moment.")
SOLVING = text("Groups or plans of other courses are being made just now. Try again in a minute.")
PRINTING = text("Other people's files are being made just now. Try again in a moment.")
EXPORTING = text("Many files are being made just now. Try again in a minute.")


class Offload:
    """Runs blocking work in a real thread, `at_once` at a time, with `waiting` more in the queue.

    Under eventlet the thread is one of its pool, and other greenlets run meanwhile. Under threading the caller has
    a thread of its own already.
    """

    def __init__(self, mode: str, *, at_once: int = 2, waiting: int = 50, busy: Text = SIGNING_IN) -> None:
        # Under eventlet, threading is patched by now: these let other greenlets run while they wait.
        self._turns = Semaphore(at_once)
        self._count_guard = Lock()
        self._room = at_once + waiting
        self._count = 0
        self._busy = busy
        self._execute: Callable[..., Any] = _in_eventlets_pool if mode == "eventlet" else _here

    def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of the work. Raises Unavailable when too many wait already."""
        self._enter()
        try:
            with self._turns:
                result: T = self._execute(work, *args, **kwargs)
                return result
        finally:
            with self._count_guard:
                self._count -= 1

    def _enter(self) -> None:
        with self._count_guard:
            if self._count >= self._room:
                raise Unavailable(self._busy)
            self._count += 1


def waiting_off_loop(mode: str) -> Callable[..., Any]:
    """Runs one call that only waits, as for the disk, while other greenlets go on."""
    return _in_eventlets_pool if mode == "eventlet" else _here


def off_loop(mode: str) -> Offload:
    """The offload for this way of serving, `eventlet` or `threading`."""
    return Offload(mode)


def solving(mode: str) -> Offload:
    """The same for work that takes a core for seconds: one at a time, apart from the sign-ins."""
    return Offload(mode, at_once=1, waiting=4, busy=SOLVING)


def exporting(mode: str) -> Offload:
    """The same for writing and packing what is taken out of courses, a page at a time."""
    return Offload(mode, at_once=1, waiting=20, busy=EXPORTING)


def printing(mode: str) -> Offload:
    """The same for laying out a file of pages, which takes a second or two of a core: apart from all others."""
    return Offload(mode, at_once=1, waiting=8, busy=PRINTING)


def _here(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    return work(*args, **kwargs)


def _in_eventlets_pool(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    from eventlet import tpool

    result: T = tpool.execute(work, *args, **kwargs)
    return result
