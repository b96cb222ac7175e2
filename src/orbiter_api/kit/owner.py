"""Who holds a lease: a name for this process that a later one can tell to be dead."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def process_started(pid: int) -> str | None:
    """When the process began, in the kernel's own unit; None for one that is not there or cannot be looked at."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2 :].split()
    return None if fields[0] == "Z" else fields[19]


def own_name() -> str:
    """`host/pid/start`: a process id alone comes back after a restart."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{process_started(pid) or 'unknown'}"


def is_dead(owner: str | None) -> bool:
    """Whether the owner is surely gone. Of another host, or where /proc is missing, nothing is sure."""
    if owner is None:
        return True
    host, _, rest = owner.partition("/")
    pid, _, started = rest.partition("/")
    if host != socket.gethostname() or started == "unknown" or not pid.isdigit():
        return False
    return process_started(int(pid)) != started
