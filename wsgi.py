"""Serves pallpractice: `python wsgi.py`, or `pallpractice serve`. The one place where eventlet patches and runs."""
# ruff: noqa: E402

import os
import warnings

warnings.filterwarnings("ignore", message="\nEventlet is deprecated")  # known, and of no use to who starts a server
ASYNC_MODE = os.environ.get("PALLPRACTICE_ASYNC_MODE", "").strip() or "eventlet"
if ASYNC_MODE == "eventlet":
    import eventlet

    eventlet.monkey_patch()

import logging
import signal
import socket
import sys
from types import FrameType
from typing import Any

from pallpractice import create_app
from pallpractice.config import Settings, SettingsError
from pallpractice.library.errors import LibraryErrors

BACKLOG = 1024
MOST_CONNECTIONS = 8192  # eventlet would let further ones hang in silence; our own cap refuses with a word, far below

log = logging.getLogger("pallpractice")


def start(app: Any) -> Any:
    """Starts the tasks beside the server: the writer, the postman if there is mail, and the keeper that is returned."""
    gateway, keeper = app.extensions["pallpractice.gateway"], app.extensions["pallpractice.keeper"]
    gateway.server.start_background_task(gateway.writer.run)
    gateway.server.start_background_task(keeper.run)
    if postman := app.extensions["pallpractice.postman"]:
        gateway.server.start_background_task(postman.run)
    return keeper


def serve_eventlet(app: Any, settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. The signal only writes to a pipe: a greenlet does the rest, between two others."""
    from eventlet import hubs, patcher, wsgi

    keeper = start(app)
    listener = eventlet.listen(
        (settings.host, settings.port), family=settings.family, backlog=BACKLOG, reuse_port=False
    )
    # Its connections inherit this. Else an acknowledgement behind its own echo waits 40 ms for the echo's arrival.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    real_os = patcher.original("os")
    read_end, write_end = real_os.pipe()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        real_os.write(write_end, b"x")

    def drain() -> None:
        hubs.trampoline(read_end, read=True)
        keeper.stop()
        listener.close()
        logging.shutdown()
        real_os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    eventlet.spawn(drain)
    announce(settings, listener.getsockname()[1])
    wsgi.server(
        listener,
        app,
        log_output=False,
        max_size=MOST_CONNECTIONS,
        keepalive=True,
        socket_timeout=60,
        debug=False,
    )


def serve_threading(app: Any, settings: Settings) -> None:
    """The second mode: Werkzeug's server, a thread for each connection."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        """Writes no request line: the path of a personal link is a key. Lets go of a socket once it has ended."""

        disable_nagle_algorithm = True  # as for eventlet, above

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            pass

        def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
            # A WebSocket ends this way. Without it the connection would be kept for a next request, and never closed.
            self.close_connection = True

    keeper = start(app)
    server = make_server(settings.host, settings.port, app, threaded=True, request_handler=Handler)

    def stop(_number: int, _frame: FrameType | None) -> None:
        def drain() -> None:
            keeper.stop()
            logging.shutdown()
            os._exit(0)

        import threading

        threading.Thread(target=drain).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    announce(settings, server.port)
    server.serve_forever()


def announce(settings: Settings, port: int) -> None:
    """The line that says where it listens; with PORT=0 the only way to know."""
    print(f"Serving on {settings.listening_at(port)}", flush=True)  # noqa: T201


def main() -> None:
    try:
        settings = Settings.from_env()
        app = create_app(settings)
    except (SettingsError, LibraryErrors) as error:
        sys.exit(f"pallpractice can't start:\n{error}")
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    for chatty in ("weasyprint", "fontTools"):  # a dozen lines for each page of a PDF
        logging.getLogger(chatty).setLevel(logging.ERROR)
    (serve_eventlet if ASYNC_MODE == "eventlet" else serve_threading)(app, settings)


if __name__ == "__main__":
    main()
else:
    app = create_app(Settings.from_env())
    start(app)
