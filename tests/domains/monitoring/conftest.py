from tests.app.fixtures import ann, dev, live
from tests.domains.organization.conftest import admin, rig

__all__ = ["admin", "ann", "dev", "live", "rig"]
