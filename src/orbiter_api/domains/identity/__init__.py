"""People and their sign-ins."""

from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.cli import cli_add_user
from orbiter_api.domains.identity.people import find_people
from orbiter_api.domains.identity.schemas import Person

__all__ = ["Person", "Principals", "cli_add_user", "find_people"]
