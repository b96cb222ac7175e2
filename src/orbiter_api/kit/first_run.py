"""What other domains do when a user appears: the default project, its example content, membership of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orbiter_api.db.uow import UnitOfWork

FirstRunHook = Callable[["UnitOfWork", str, str], Awaitable[None]]
"""`(uow, user_id, project_id)`; runs inside the transaction that makes the first user."""
MakeProject = Callable[["UnitOfWork", str], Awaitable[str]]
"""`(uow, user_id)` gives the id of the default project, made for the first user."""
Join = Callable[["UnitOfWork", str, str], Awaitable[None]]
"""`(uow, user_id, role)`; makes a later user a member of the default project."""


async def _nobody_joins(_uow: UnitOfWork, _user_id: str, _role: str) -> None:
    return None


class FirstRunHooks:
    """Domains register in the manifest's `setup`; hooks run in the order of the domains' rows."""

    def __init__(self) -> None:
        self._hooks: list[FirstRunHook] = []
        self.make_project: MakeProject | None = None
        self.join: Join = _nobody_joins

    def add(self, hook: FirstRunHook) -> None:
        self._hooks.append(hook)

    async def run(self, uow: UnitOfWork, user_id: str) -> None:
        """Make the default project, then let every hook fill it."""
        if self.make_project is None:
            return
        project_id = await self.make_project(uow, user_id)
        for hook in self._hooks:
            await hook(uow, user_id, project_id)
