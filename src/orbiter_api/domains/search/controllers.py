"""The route /search."""

from typing import Annotated

from litestar import Controller, get
from litestar.params import Parameter

from orbiter_api.domains.search.schemas import SearchResults
from orbiter_api.domains.search.service import Search
from orbiter_api.kit.errors import ValidationFailedError
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal
from orbiter_api.security.scopes import key_scope

MAX_QUERY = 500
MAX_HITS = 20
_QUERY = Annotated[str, Parameter(max_length=MAX_QUERY, description="Words, or an id. The last word may be the beginning of one; words in quotes are one phrase.")]  # fmt: skip
_KINDS = Annotated[str | None, Parameter(max_length=200, description="Kinds to look for, a comma between them; all without it.")]  # fmt: skip
_LIMIT = Annotated[int, Parameter(ge=1, le=MAX_HITS, description="How many hits of each kind at most.")]


class SearchController(Controller):
    path = "/search"
    opt = key_scope("read")
    tags = ("Search",)

    @get(operation_id="search", summary="Everything that the caller may see, by words or id")
    async def search(
        self, services: Services, principal: Principal, q: _QUERY, kinds: _KINDS = None, limit: _LIMIT = 5
    ) -> SearchResults:
        search = services.get(Search)
        return await search.find(principal, q, _known(kinds, search.kinds), limit)


def _known(kinds: str | None, known: list[str]) -> list[str] | None:
    if kinds is None:
        return None
    wanted = kinds.split(",")
    if not set(wanted) <= set(known):
        raise ValidationFailedError.of("kinds", f"is not one of {', '.join(known)}")
    return wanted
