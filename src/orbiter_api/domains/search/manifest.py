"""How search joins the app."""

from __future__ import annotations

from orbiter_api.domains import found_domains
from orbiter_api.domains.search.controllers import SearchController
from orbiter_api.domains.search.service import Search
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.services import Services


def setup(services: Services) -> None:
    declared = [domain.searchables for domain in found_domains() if domain.searchables is not None]
    services.put(Search(services.db, [what for give in declared for what in give(services)]))


domain = Domain(name="search", row=9, controllers=[SearchController], setup=setup)
