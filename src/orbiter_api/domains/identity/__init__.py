"""People and their sign-ins."""

from orbiter_api.domains.identity.adapters import Principals
from orbiter_api.domains.identity.cli import cli_add_user
from orbiter_api.domains.identity.people.events import PersonRemoved, PersonStopped
from orbiter_api.domains.identity.people.lookup import find_admin_ids, find_people
from orbiter_api.domains.identity.people.ports import Belongings, OwnedRows
from orbiter_api.domains.identity.schemas import Person
from orbiter_api.domains.identity.sign_in.cli import cli_allow_passwords, cli_show_sign_in

__all__ = [
    "Belongings",
    "OwnedRows",
    "Person",
    "PersonRemoved",
    "PersonStopped",
    "Principals",
    "cli_add_user",
    "cli_allow_passwords",
    "cli_show_sign_in",
    "find_admin_ids",
    "find_people",
]
