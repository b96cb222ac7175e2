"""Settings of the workspace, which administrators change while the server runs."""

from orbiter_api.domains.settings.schemas import Workspace

__all__ = ["Workspace"]
