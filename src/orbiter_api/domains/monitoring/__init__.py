"""What happened: the audit log."""

from orbiter_api.domains.monitoring.service import AuditCheck, AuditLog

__all__ = ["AuditCheck", "AuditLog"]
