"""All open sockets of this process, and the one task that looks after them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from orbiter_api.realtime.event import Key
from orbiter_api.realtime.limits import Limits
from orbiter_api.security.credentials import Credential
from orbiter_api.security.principal import Principal, PrincipalLoader
from orbiter_api.security.rate_limit import SlidingWindow, client_bucket

_log = logging.getLogger(__name__)

SIGNED_OUT = 4001
_AT_ONCE = 32


class Socket(Protocol):
    @property
    def principal(self) -> Principal: ...
    @property
    def credential(self) -> Credential: ...
    @property
    def loader(self) -> PrincipalLoader: ...
    def close(self, code: int) -> None: ...
    def tick(self, now: float) -> None:
        """Pings, and closes what does not answer."""
        ...

    def recheck(self, key: Key) -> None:
        """Asks for the right to a topic anew before its next event."""
        ...

    def verified(self, principal: Principal | None) -> None:
        """Takes the session's present rights; None when it has ended."""
        ...


class Sockets:
    """The sweep runs while there is a socket: each round checks the deadlines of all sockets, then looks every session
    up once, however many sockets it has."""

    def __init__(self, limits: Limits, each_round: Callable[[], None]) -> None:
        self._limits = limits
        self._handshakes = SlidingWindow(limits.handshakes) if limits.handshakes else None
        self._each_round = each_round
        self._open: set[Socket] = set()
        self._sweep: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._open)

    @property
    def full(self) -> bool:
        return len(self._open) >= self._limits.sockets

    def admits(self, address: str) -> bool:
        """Counts a handshake; False when this address asked too often."""
        return self._handshakes is None or self._handshakes.hit(client_bucket(address)).allowed

    def add(self, socket: Socket) -> None:
        self._open.add(socket)
        if self._sweep is None or self._sweep.done():
            self._sweep = asyncio.get_running_loop().create_task(self._run())

    def remove(self, socket: Socket) -> None:
        self._open.discard(socket)

    def disconnect_session(self, session_id: str) -> None:
        self._disconnect(socket for socket in self._open if socket.principal.session_id == session_id)

    def disconnect_user(self, user_id: str) -> None:
        self._disconnect(socket for socket in self._open if socket.principal.user_id == user_id)

    def recheck(self, key: Key) -> None:
        for socket in self._open:
            socket.recheck(key)

    def sessions_of(self, user_id: str) -> set[str]:
        return {socket.principal.session_id for socket in self._open if socket.principal.user_id == user_id}

    @staticmethod
    def _disconnect(sockets: Iterable[Socket]) -> None:
        for socket in list(sockets):
            socket.close(SIGNED_OUT)

    async def _run(self) -> None:
        while self._open:
            await asyncio.sleep(self._limits.sweep_s)
            try:
                await self._round()
            except Exception:  # noqa: BLE001 - the sweep is what ends sessions: it must outlive any single failure
                _log.exception("A round over the open sockets failed; the next one follows.")

    async def _round(self) -> None:
        now = asyncio.get_running_loop().time()
        for socket in list(self._open):
            socket.tick(now)
        self._each_round()
        sessions: dict[Credential, list[Socket]] = {}
        for socket in self._open:
            sessions.setdefault(socket.credential, []).append(socket)
        same_session = list(sessions.values())
        async with asyncio.timeout(self._limits.unverified_s / 2):
            for start in range(0, len(same_session), _AT_ONCE):
                await asyncio.gather(*map(_verify, same_session[start : start + _AT_ONCE]))


async def _verify(sockets: Sequence[Socket]) -> None:
    """Looks up the session that `sockets` share. A failure leaves them as they are; `tick` closes what stays so."""
    first = sockets[0]
    try:
        principal = await first.loader.load(first.credential, used=False)  # an open page alone keeps nobody signed in
    except Exception as exc:  # noqa: BLE001 - whatever the database raises; the next round asks again
        _log.warning("A socket's session could not be looked up: %s", type(exc).__name__)
        return
    for socket in sockets:
        socket.verified(principal)
