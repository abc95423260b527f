"""The measure of what the libraries can do: a bare Flask-SocketIO server on eventlet that relays and stores nothing."""
# ruff: noqa: E402

import eventlet

eventlet.monkey_patch()

import sys

from eventlet import wsgi
from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*", transports=["websocket"])


@socketio.on("connect", namespace="/room")
def connect(auth: dict[str, str]) -> None:
    join_room(auth["room"])


@socketio.on("say", namespace="/room")
def say(data: dict[str, str]) -> dict[str, bool]:
    emit("said", data, to=data["room"])
    return {"ok": bool(request)}


listener = eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=1024)
print("Serving on", flush=True)
wsgi.server(listener, app, log_output=False, max_size=8192)
