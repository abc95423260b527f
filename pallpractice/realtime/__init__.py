"""The Socket.IO gateway: messages in, views out. The rules and the rows are elsewhere; PROTOCOL.md is the contract."""

NAMESPACE = "/room"
BOARD = "/board"
