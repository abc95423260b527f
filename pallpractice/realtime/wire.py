"""How things look on the wire: JSON, acknowledgements, refusals."""

from typing import Any

import orjson
from socketio.packet import EVENT
from socketio.packet import Packet as AnyPacket

from ..domain.errors import Refusal, Stale
from ..domain.text import Language, said


class Json:
    """What Socket.IO encodes and decodes with."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return orjson.loads(text)


RESERVED = frozenset({"connect", "disconnect", "__disconnect_final", "*"})  # what Socket.IO itself calls handlers with


class Packet(AnyPacket):  # type: ignore[misc]
    """A Socket.IO packet. An event a client sends must have a name, and not one of Socket.IO's own for the gateway."""

    json = Json

    def decode(self, encoded_packet: str) -> int:
        attachments: int = super().decode(encoded_packet)
        if self.packet_type == EVENT:
            name = self.data[0] if isinstance(self.data, list) and self.data else None
            if not isinstance(name, str) or name in RESERVED:
                raise ValueError("not an event")
        return attachments


def encoded(value: Any) -> orjson.Fragment:
    """A message encoded once, however many it goes to. Socket.IO would walk through all of it to look for bytes."""
    return orjson.Fragment(orjson.dumps(value))


def refused(refusal: Refusal, language: Language | None = None) -> dict[str, Any]:
    """The acknowledgement of an action that changed nothing, in its reader's language (None: English)."""
    error: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.fields:
        error["fields"] = refusal.fields
    if isinstance(refusal, Stale) and refusal.current is not None:
        error["current"] = refusal.current
    answer: dict[str, Any] = said({"ok": False, "error": error}, language)
    return answer
