"""Runs the migrations on the connection that `storage.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from pallpractice.storage import tables  # noqa: F401
from pallpractice.storage.base import Base, Instant


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A migration names no class of ours, so that it still runs when the class has gone."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    # Our SQLite engine says BEGIN itself, so tables change wholly or not at all there too.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
