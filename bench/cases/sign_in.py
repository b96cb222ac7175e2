"""Whether the time of a refused sign-in tells who has an account, and what a hundred sign-ins at once cost."""

from __future__ import annotations

import threading
import time
from typing import Any, Self

from bench.cases.setting import Setting, Stage
from bench.figures import Figure, at_most, for_the_record, middle
from bench.machine import rss_kb
from bench.orbiter_server import ADMIN
from orbiter_api.domains.identity.account import totp

MOST_TIMES, MOST_MB = 1.1, 400
VERIFICATION_MB = 64
"""What Argon2id takes for one password, with the parameters of `security.passwords`."""
ANSWERS = {"200", "401", "429"}
LOOK_EVERY_S = 0.002
PASSWORD, WRONG = "another pass phrase for measuring", "a pass phrase that is wrong"


def measure(setting: Setting) -> list[Figure]:
    with setting.stage() as stage:
        _person(stage, "known@example.org")
        _deactivate(stage, _person(stage, "disabled@example.org"))
        took = _refused(stage, setting.size.sign_ins)
        took |= _second_step(stage, setting.size.sign_ins)
        crowd = _crowd(stage, setting.size.crowd)
    return [*_times(took), *crowd]


def _person(stage: Stage, email: str) -> str:
    """Somebody who accepted an invite; their id."""
    token = stage.orbiter.call("POST", "/users/invites", {"email": email, "role": "viewer"})["token"]
    accept = {"path": "/api/v1/auth/invites/accept", "body": {"token": token, "name": email, "password": PASSWORD}}
    stage.client.do("sign_ins", port=stage.orbiter.port, tries={"accept": {**accept, "status": 201}}, repeats=1)
    return stage.orbiter.call("GET", f"/users?q={email}")["data"][0]["id"]


def _deactivate(stage: Stage, user_id: str) -> None:
    stage.orbiter.call("POST", f"/users/{user_id}/deactivate")


def _refused(stage: Stage, repeats: int) -> dict[str, list[float]]:
    """A wrong password for three kinds of people."""
    tries = {name: _try(f"{name}@example.org", WRONG) for name in ("known", "unknown", "disabled")}
    return stage.client.do("sign_ins", port=stage.orbiter.port, tries=tries, repeats=repeats)


def _second_step(stage: Stage, repeats: int) -> dict[str, list[float]]:
    """The right password of somebody with a second factor, without a code and with a wrong one."""
    secret = stage.orbiter.call("POST", "/auth/second-factor", {"password": ADMIN["password"]})["secret"]
    code = totp.code_at(secret, totp.step_of(int(time.time())))
    stage.orbiter.call("POST", "/auth/second-factor/confirm", {"code": code})
    email, password = ADMIN["email"], ADMIN["password"]
    tries = {"no code": _try(email, password), "wrong code": _try(email, password, totp_code=code)}  # it is used up
    return stage.client.do("sign_ins", port=stage.orbiter.port, tries=tries, repeats=repeats)


def _try(email: str, password: str, **more: str) -> dict[str, Any]:
    return {"body": {"email": email, "password": password, **more}, "status": 401}


def _times(took: dict[str, list[float]]) -> list[Figure]:
    known = middle(took["known"])
    figures = [for_the_record("sign-in known", known, "ms", f"refused; median of {len(took['known'])}")]
    for name in ("unknown", "disabled"):
        times = middle(took[name]) / known
        figures.append(
            at_most(f"sign-in {name}", max(times, 1 / times), MOST_TIMES, "x known", f"{middle(took[name]):.1f} ms")
        )
    figures += [
        for_the_record(f"sign-in {name}", middle(took[name]) / known, "x known", "after the right password")
        for name in ("no code", "wrong code")
    ]
    return figures


def _crowd(stage: Stage, size: int) -> list[Figure]:
    bodies = [{"email": f"nobody{at}@example.org", "password": WRONG} for at in range(size)]
    with Peak(stage.orbiter.pid) as peak:
        found = stage.client.do("sign_in_crowd", port=stage.orbiter.port, bodies=bodies)
    said = ", ".join(f"{count} x {status}" for status, count in sorted(found["statuses"].items()))
    lost = size - sum(count for status, count in found["statuses"].items() if status in ANSWERS)
    at_once = f"room for {peak.grown_mb / VERIFICATION_MB:.1f} verifications at once"
    return [
        at_most("sign-in crowd memory", peak.grown_mb, MOST_MB, "MB", at_once),
        at_most("sign-in crowd unanswered", lost, 0, "sign-ins", f"{said}; the last after {found['last_s']:.1f} s"),
    ]


class Peak:
    """How much more memory than before a process held at its most."""

    def __init__(self, pid: int) -> None:
        self.grown_mb = 0.0
        self._pid = pid
        self._before = rss_kb(pid)
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            self.grown_mb = max(self.grown_mb, (rss_kb(self._pid) - self._before) / 1024)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._watcher.join()
