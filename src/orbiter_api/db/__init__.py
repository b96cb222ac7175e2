"""The database: engines with the right pragmas, the unit of work, the group writer of the hot path, column types."""

from orbiter_api.db.base import Base
from orbiter_api.db.engine import Database
from orbiter_api.db.uow import UnitOfWork
from orbiter_api.db.writer import GroupWriter, Op

__all__ = ["Base", "Database", "GroupWriter", "Op", "UnitOfWork"]
