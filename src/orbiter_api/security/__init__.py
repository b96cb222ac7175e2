"""Who may do what: sessions, roles, limits, headers."""

from orbiter_api.security.passwords import Passwords
from orbiter_api.security.plugin import SecurityPlugin
from orbiter_api.security.principal import LEVEL, Principal, PrincipalLoader, Role
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope

__all__ = ["LEVEL", "Passwords", "Principal", "PrincipalLoader", "Role", "SecurityPlugin", "key_scope", "require"]
