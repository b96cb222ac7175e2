"""Jobs: APScheduler says when to look, the database says which slot is due and who carries it out."""

from orbiter_api.jobs.runner import JobRunner
from orbiter_api.jobs.views import JobFire, JobView

__all__ = ["JobFire", "JobRunner", "JobView"]
