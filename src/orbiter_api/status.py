"""`GET /api/health`: whether the server can do its work. Needs no sign-in, so it tells nothing else."""

from typing import Literal

from litestar import get
from litestar.response import Response
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from orbiter_api.kit.services import Services
from orbiter_api.kit.version import product_version


class Health(Struct, frozen=True):
    status: Literal["ok", "degraded"]
    version: str


@get("/api/health", operation_id="getHealth", opt={"public": True, "rate": "health"}, tags=["System"])
async def health(services: Services) -> Response[Health]:
    """200 while the database answers, else 503."""
    try:
        async with services.db.read() as session:
            await session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response(Health("degraded", product_version()), status_code=503)
    return Response(Health("ok", product_version()))
