"""Live small-group practice rooms for serious-illness conversations.

`create_app` is the one place that knows every part. Nothing heavy is imported before it is called: the rules need no
Flask, and eventlet must have patched the standard library first.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from .config import Settings
    from .storage.unit_of_work import Store


def create_app(settings: "Settings", *, store: "Store | None" = None) -> "Flask":
    """The whole application, ready to be served. Reads the scenario files; raises LibraryErrors when one is wrong,
    or was changed without a new version after it had been used.
    """
    from flask import Flask

    from . import web
    from .asynchrony import exporting, off_loop, printing, solving, waiting_off_loop
    from .config import CHECKOUT
    from .library.shelf import Library
    from .services import editions
    from .storage.unit_of_work import Store
    from .web.parts import Parts

    app = Flask(
        __name__,
        template_folder=str(CHECKOUT / "templates"),
        static_folder=None,
    )
    store = store or Store(settings.database_url, off_loop=waiting_off_loop(settings.async_mode))
    library = Library.read(settings.library)
    with store.read() as uow:
        editions.check(uow, library)
    gateway = _open_gateway(app, settings, store, library)
    parts = Parts(
        settings=settings,
        store=store,
        library=library,
        offload=off_loop(settings.async_mode),
        solving=solving(settings.async_mode),
        exporting=exporting(settings.async_mode),
        printing=printing(settings.async_mode),
        present=gateway.connections.present,
        postman=_postman(settings, store, gateway),
    )
    app.extensions["pallpractice.postman"] = parts.postman
    web.register(app, parts)
    return app


def _postman(settings: "Settings", store: "Store", gateway: Any) -> Any:
    from .asynchrony import waiting_off_loop
    from .services.invitations.postman import Postman

    if settings.mail is None:
        return None
    return Postman(
        store,
        settings.mail,
        off_loop=waiting_off_loop(settings.async_mode),
        sleep=gateway.server.sleep,
        stopping=lambda: gateway.stopping,
    )


def _open_gateway(app: "Flask", settings: "Settings", store: "Store", library: Any) -> Any:
    from flask_login import current_user
    from flask_socketio import SocketIO

    from .realtime.board import Boards
    from .realtime.door import Door
    from .realtime.gateway import Asker, Gateway
    from .realtime.guard import MAX_PACKET
    from .realtime.keeper import Keeper
    from .realtime.wire import Json, Packet
    from .web.language import chosen

    socketio = SocketIO(
        app,
        async_mode=settings.async_mode,
        async_handlers=False,  # in order: one client's next action waits for the one before
        transports=["websocket"],
        cors_allowed_origins="*",  # the door has compared the Origin already, and with an explicit list
        max_http_buffer_size=MAX_PACKET,
        ping_interval=10,
        ping_timeout=10,
        manage_session=False,
        json=Json,
        serializer=Packet,
    )

    def identify(environ: dict[str, Any]) -> Asker:
        with app.request_context(environ):
            person = current_user.get_id().partition(".")[0] if current_user.is_authenticated else None
            return Asker(person, chosen())

    gateway = Gateway(
        socketio.server,
        store=store,
        library=library,
        identify=identify,
        most_sockets=settings.max_sockets,
        most_per_person=settings.max_sockets_per_person,
        meeting_url=settings.meeting_url_template,
    )
    store.announcer = gateway.announcer
    app.wsgi_app = Door(app.wsgi_app, settings.allowed_origins, gateway.full)  # type: ignore[method-assign, assignment]
    app.extensions["pallpractice.gateway"] = gateway
    app.extensions["pallpractice.boards"] = Boards(gateway)
    app.extensions["pallpractice.keeper"] = Keeper(gateway)
    # Socket.IO asks Flask for this address on every event; without a rule each one makes a NotFound with a traceback.
    app.add_url_rule("/socket.io/", "socket_stub", lambda: ("", 404), methods=["GET", "POST"])
    return gateway
