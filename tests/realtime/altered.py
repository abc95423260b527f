"""Serves a server that was changed on purpose, so that a test can see its own checker fail: `altered.py NAME...`.

Only tests run it, and only by naming what to change; nothing in the product knows of it.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

import eventlet

eventlet.monkey_patch()
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def acknowledge_first() -> None:
    """Hot actions are acknowledged at once, and committed a moment later."""
    from pallpractice.realtime.writer import Waiting, Writer

    commit = Writer._commit

    def submit(self: Any, job: Any) -> dict[str, Any]:
        with self._some:
            self._waiting.append(Waiting(job))
            self._some.notify()
        return {"ok": True, "version": 0, "at": ""}

    def commit_later(self: Any, batch: Any) -> None:
        eventlet.sleep(0.05)
        commit(self, batch)

    Writer.submit, Writer._commit = submit, commit_later  # type: ignore[method-assign]


def forget_action_ids() -> None:
    """A repeated action id is not recognised."""
    from pallpractice.services import journal

    journal.earlier = lambda uow, action_ids: {}


def answer_late() -> None:
    """Acknowledgements take a while after the commit, as they do over a slow line: crashes fall in between."""
    from pallpractice.realtime.gateway import Gateway

    act = Gateway._act

    def act_late(self: Any, *args: Any) -> dict[str, Any]:
        answer = act(self, *args)
        eventlet.sleep(0.05)
        return answer

    Gateway._act = act_late  # type: ignore[method-assign]


def commit_without_sync() -> None:
    """SQLite does not wait for the disk."""
    from sqlalchemy import event

    from pallpractice.storage import unit_of_work

    made = unit_of_work.writing_engine

    def writing_engine(*args: Any) -> Any:
        engine = made(*args)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
        return engine

    unit_of_work.writing_engine = writing_engine


def handle_all_at_once() -> None:
    """One client's actions no longer wait for the one before."""
    from flask_socketio import SocketIO

    init = SocketIO.__init__

    def init_async(self: Any, *args: Any, **options: Any) -> None:
        init(self, *args, **{**options, "async_handlers": True})

    SocketIO.__init__ = init_async


def show_learners_the_coachs_view() -> None:
    """After each refresh the coach's view goes to the learner's sockets as well."""
    from pallpractice.domain.roles import Seat
    from pallpractice.realtime.announcer import Announcer
    from pallpractice.services import access, views
    from pallpractice.storage import live

    show = Announcer._show

    def show_too_much(self: Any, room_id: str, here: Any) -> None:
        show(self, room_id, here)
        with self.store.read() as uow:
            record = live.load(uow.session, room_id)
            assert record
            seats = access.seats(uow, record, {one.person for one in here})
            view = views.room_view(self._read(uow, record), Seat.COACH)
        learners = [one.sid for one in here if seats.get(one.person) is Seat.LEARNER]
        if learners:
            self._emit("room:view", view, learners)

    Announcer._show = show_too_much  # type: ignore[method-assign]


def beat_each_second() -> None:
    """Who is here is brought forward each second instead of each half minute."""
    from functools import partialmethod

    from pallpractice.realtime.keeper import Keeper

    Keeper.__init__ = partialmethod(Keeper.__init__, heartbeat_s=1.0)  # type: ignore[assignment, method-assign]


def mark_what_is_said() -> None:
    """In the place of Spanish, a language that puts the words of every sentence into brackets, and not its values.

    Its words are longer than English ones, as those of most languages are.
    """
    from pallpractice.library import languages
    from tests.test_words import PLACES

    def marked(form: str) -> str:
        places = [*PLACES.finditer(form), None]
        ends = [0, *(place.end() for place in places if place)]
        words = (form[end : place.start() if place else None] for end, place in zip(ends, places, strict=True))
        said = (f"⟦{each}{'·' * min(4, len(each) // 3)}⟧" if each.strip() else each for each in words)
        return "".join(each + (place[0] if place else "") for each, place in zip(said, places, strict=True))

    class Marked(languages.Catalogue):
        def __init__(self, code: str, catalogue: Any) -> None:
            for one in catalogue:
                if one.id:
                    one.string = marked(one.id) if isinstance(one.id, str) else tuple(map(marked, one.id))
            super().__init__(code, catalogue)

        def date(self, at: Any, shape: str) -> str:
            return f"⟦{super().date(at, shape)}⟧"

    languages.Catalogue = Marked  # type: ignore[misc]


CHANGES = {
    change.__name__: change
    for change in (
        acknowledge_first,
        forget_action_ids,
        answer_late,
        commit_without_sync,
        handle_all_at_once,
        show_learners_the_coachs_view,
        beat_each_second,
        mark_what_is_said,
    )
}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        CHANGES[name]()
    runpy.run_path(str(ROOT / "wsgi.py"), run_name="__main__")
