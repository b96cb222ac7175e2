"""The benchmarks, by the names under which they are chosen."""

from __future__ import annotations

from collections.abc import Callable

from bench.cases import fanout, first_token, journal, lists, search, sign_in, sockets, start, tokens, turn
from bench.cases.setting import Setting
from bench.figures import Figure

Case = Callable[[Setting], list[Figure]]

CASES: dict[str, Case] = {
    "turn": turn.measure,
    "first-token": first_token.measure,
    "tokens": tokens.measure,
    "journal": journal.measure,
    "fanout": fanout.measure,
    "sockets": sockets.measure,
    "start": start.measure,
    "lists": lists.measure,
    "search": search.measure,
    "sign-in": sign_in.measure,
}
