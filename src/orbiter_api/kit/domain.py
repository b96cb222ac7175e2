"""The manifest by which a domain joins the app. Found by walking `orbiter_api.domains`; nothing else lists domains."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from orbiter_api.kit.events import Listener
from orbiter_api.kit.expiry import Expiring
from orbiter_api.kit.jobs import Job
from orbiter_api.kit.search import Searchable

if TYPE_CHECKING:
    from orbiter_api.kit.services import Services

Startup = Callable[["Services"], Awaitable[None]]
Setup = Callable[["Services"], None]


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain brings. `setup` registers ports, run kinds and channels in `Services` before anything starts;
    `startup` runs, in the order of the domains' rows, once the database is ready; `shutdown` in the reverse order."""

    name: str
    row: int
    """The architecture's row, 1 (lowest) to 9; set-up goes from low to high."""
    controllers: Sequence[Any] = ()
    setup: Setup | None = None
    listeners: Callable[[Services], Sequence[Listener]] | None = None
    """Gives what is told of the events of every unit of work, once every domain is set up."""
    searchables: Callable[[Services], Sequence[Searchable]] | None = None
    """Gives its kinds of things that can be found."""
    startup: Startup | None = None
    shutdown: Startup | None = None
    jobs: Sequence[Job] = ()
    expiring: Sequence[Expiring] = ()
    """What the clean-up jobs remove, and when: what ended, what lies in the bin, what an administrator no longer keeps."""
