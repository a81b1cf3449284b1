"""Alembic's entry: runs migrations on the connection that Storage passes, or on MERHABA's own record."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from bot.base.record import Base
from bot.base.settings import Settings


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


passed = context.config.attributes.get("connection")
if passed is not None:
    run(passed)
else:
    url = Settings().record_url().replace("+aiosqlite", "")
    with create_engine(url).connect() as own:
        run(own)
