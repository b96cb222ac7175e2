"""What the database knows about itself."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from orbiter_api.db.base import Base
from orbiter_api.db.types import Id


class InstallationRow(Base):
    """One row."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    generation: Mapped[str] = mapped_column(Id)
    """Another one when the content was replaced by a restore: a server that sees it change starts anew."""
    key_check: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What only the right secret key opens."""
