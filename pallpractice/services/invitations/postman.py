"""Sends what waits, beside the server: soon after it was asked for, and again where a pause is over."""

import logging
import time
from collections.abc import Callable
from typing import Any

from ...domain.mail import Mail
from ...domain.text import text
from ...storage.unit_of_work import Store
from .delivery import PAUSE_S, Sent, send

LOOK_S = 1.0
ROUND_S = 30.0
PAUSES_S = (60.0, 300.0, 900.0)  # when the mail server can't be used, longer each time

log = logging.getLogger(__name__)


class Postman:
    """A task of its own beside the gateway. `trouble` says why mail is stuck, for the organiser's page."""

    def __init__(
        self,
        store: Store,
        mail: Mail,
        *,
        off_loop: Callable[..., Any],
        sleep: Callable[[float], object],
        stopping: Callable[[], bool],
    ) -> None:
        self.store, self.mail, self.off_loop = store, mail, off_loop
        self.sleep, self.stopping = sleep, stopping
        self.trouble = ""
        self._asked = False
        self._failures = 0
        self._next_round = 0.0

    def wake(self) -> None:
        """Something new waits."""
        self._asked = True

    def run(self) -> None:
        """Looks round for ever."""
        while not self.stopping():
            if self._asked or time.monotonic() >= self._next_round:
                self._asked = False
                self.deliver()
            self.sleep(LOOK_S)

    def deliver(self) -> None:
        """One round. The next one is soon, or after a longer pause if the mail server can't be used."""
        try:
            done = send(self.store, self.mail, off_loop=self.off_loop, pause=self._pause, told=self._check)
        except _Stopped:
            return
        except Exception:
            log.exception("sending mail failed")
            done = Sent(0, trouble=text("Something went wrong here. It has been noted."))
        self.trouble = done.trouble
        self._failures = self._failures + 1 if done.trouble else 0
        pause = PAUSES_S[min(self._failures, len(PAUSES_S)) - 1] if done.trouble else ROUND_S
        self._next_round = time.monotonic() + pause

    def _pause(self) -> None:
        self.sleep(PAUSE_S)

    def _check(self, _: Sent) -> None:
        if self.stopping():
            raise _Stopped


class _Stopped(Exception):  # noqa: N818
    """The server stops: what is left waits for the next start."""
