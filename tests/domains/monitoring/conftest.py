from tests.domains.organization.conftest import admin, rig

__all__ = ["admin", "rig"]
