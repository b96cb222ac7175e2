"""Settings that administrators change while the server runs. A domain declares a section; who stores it is a port.

A section is a frozen struct whose fields all have defaults: what was never set is the default, also for a field that a
later release adds. A field named in `secrets` is stored encrypted and never shown; a view says `<field>_set` instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import msgspec

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from orbiter_api.db.uow import UnitOfWork


class Section(msgspec.Struct, frozen=True, kw_only=True):
    section: ClassVar[str] = ""
    """The name under which it is stored and shown, `/api/v1/settings/<section>`."""
    secrets: ClassVar[tuple[str, ...]] = ()
    """Names of text fields that are stored encrypted and never shown."""


S = TypeVar("S", bound=Section)


class Stored(msgspec.Struct, frozen=True):
    """A section as it stands."""

    value: Any
    revision: int
    """0 until somebody changes it."""
    updated_at: int | None
    updated_by: str | None


class WorkspaceSettings(Protocol):
    """Implemented by the settings domain; `services.get(WorkspaceSettings)` from any other."""

    async def get(self, section: type[S], within: AsyncSession | None = None) -> S:
        """The section, from memory when it was read within the last second. Another process's change is seen then.
        `within` is the session that the caller has open, if any."""
        ...

    async def stored(self, section: type[Section], within: AsyncSession | None = None) -> Stored:
        """The section with its revision, read now: for the page that edits it."""
        ...

    async def change(self, uow: UnitOfWork, section: type[S], revision: int, given: msgspec.Struct) -> Stored:
        """Set the fields of `given` that are not UNSET (None: back to the default), publish it for the audit log.

        Raises RevisionStaleError, ValidationFailedError for a value that the section does not allow.
        """
        ...


def shown(value: Section) -> dict[str, Any]:
    """As plain JSON values for a client: each secret is only said to be there."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    for name in value.secrets:
        plain[f"{name}_set"] = bool(plain.pop(name))
    return plain
