"""What a seat sees, and what is one person's own: built up from what `domain.feedback` says each may see.

The page, a (re)connect and every change get the same `room_view()`, so there is no second way to see a room.
"""

from .contents import Contents, read
from .mine import mine_view
from .room import room_view

__all__ = ["Contents", "mine_view", "read", "room_view"]
