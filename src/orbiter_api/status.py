"""`GET /api/health`: whether the server can do its work. Needs no sign-in, so it tells nothing else.
`GET /api/v1/system/checks`: what `orbiter doctor` finds, for administrators.
"""

import asyncio
from typing import Literal, TypeAlias

from litestar import get
from litestar.response import Response
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from orbiter_api.doctor import Check, examine, worst
from orbiter_api.kit.logging import lost_lines
from orbiter_api.kit.services import Services
from orbiter_api.kit.version import product_version
from orbiter_api.security import key_scope, require

Trouble: TypeAlias = Literal["database_unavailable", "database_lost", "storage_low", "storage_full"]


class Health(Struct, frozen=True):
    status: Literal["ok", "degraded"]
    version: str
    problems: list[Trouble]
    """Why it is degraded: the database does not answer, or its file was taken away; little or no room is left on the disk,
    so that no new run starts."""


@get("/api/health", operation_id="getHealth", opt={"public": True, "rate": "health"}, tags=["System"])
async def health(services: Services) -> Response[Health]:
    """200 while the database answers, else 503. Short of room it still answers 200: a restart would not help."""
    problems: list[Trouble] = []
    try:
        async with services.db.read() as session:
            await session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        problems.append("database_unavailable")
    if services.db.watch is not None and services.db.watch.lost is not None:
        problems.append("database_lost")
    broken = bool(problems)
    if services.db.space.state != "ok":
        problems.append("storage_full" if services.db.space.state == "full" else "storage_low")
    found = Health("degraded" if problems else "ok", product_version(), problems)
    return Response(found, status_code=503 if broken else 200)


class SystemChecks(Struct, frozen=True):
    status: Literal["ok", "warn", "fail"]
    """The worst of the checks."""
    version: str
    checks: list[Check]


@get(
    "/system/checks", operation_id="getSystemChecks", summary="Whether the installation is fit for work",
    guards=[require("admin")], opt=key_scope("read"), tags=["System"],
)  # fmt: skip
async def system_checks(services: Services) -> SystemChecks:
    found = await asyncio.to_thread(examine, services.settings, thorough=False, port=False)
    found.append(_log())
    return SystemChecks(worst(found), product_version(), found)


def _log() -> Check:
    """Of this process alone, so `orbiter doctor` cannot tell."""
    if lost := lost_lines():
        said = f"{lost} lines of this server's log could not be written since it started."
        return Check("log", "warn", said, "Make room where the log is kept, and see that it can be written.")
    return Check("log", "ok", "Every line of this server's log was written.", None)
