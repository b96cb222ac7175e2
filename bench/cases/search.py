"""Full-text search through the service, in process, beside the same words on the bare index, newest first."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.cases.setting import Setting
from bench.figures import Figure, at_most, for_the_record, percentile
from orbiter_api.app import make_services
from orbiter_api.config import Settings
from orbiter_api.db.migrate import upgrade
from orbiter_api.domains.search.service import Search
from orbiter_api.security.principal import Principal

DOCUMENTS = {40: 1_000_000, 15: 100_000}
"""By the repeats of the size; any other size only shows that it works."""
FEW, WORDS, VOCABULARY = 2_000, 25, 50_000
MOST_MS = 30
USER, PROJECT = "0" * 36, "1" * 36


def measure(setting: Setting) -> list[Figure]:
    count = DOCUMENTS.get(setting.size.repeats, FEW)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orbiter.db"
        upgrade(f"sqlite+aiosqlite:///{file}")
        words = _fill(file, count)
        typed = [
            words[0],
            words[0][:2],
            words[1][:3],
            f"{words[0]} {words[1]}",
            words[100],
            words[5000],
            f"{words[2]} {words[4000]}",
        ]
        bare = [_bare(file, one) for one in typed * setting.size.repeats]
        ours = asyncio.run(_service(file, typed * setting.size.repeats))
    ratio = percentile(ours, 0.95) / max(percentile(bare, 0.95), 1e-9)
    note = f"{ratio:.1f} x the bare index; {count:,} documents"
    return [
        for_the_record("search bare index p95", percentile(bare, 0.95), "ms"),
        at_most("search p95", percentile(ours, 0.95), MOST_MS, "ms", note),
    ]


def _fill(file: Path, count: int) -> list[str]:
    """Messages of one person, their words as frequent as words are."""
    rng = random.Random(1)
    syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
    words = list(dict.fromkeys("".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(VOCABULARY)))
    cumulative = list(itertools.accumulate(1 / (at + 1) for at in range(len(words))))

    def messages() -> Iterator[tuple[str, str, str]]:
        for at in range(count):
            said = " ".join(rng.choices(words, cum_weights=cumulative, k=WORDS))
            yield f"m{at:035x}", f"c{at // 100:035x}", f'[{{"type":"text","text":"{said}"}}]'

    with sqlite3.connect(file) as db:
        db.execute(
            "INSERT INTO users (id, email, name, password_hash, role, created_at, revision) VALUES (?, 'a@example.org', 'A', '', 'admin', 1, 1)",
            (USER,),
        )
        db.execute(
            "INSERT INTO projects (id, name, description, created_by, created_at, updated_at, revision) VALUES (?, 'P', '', ?, 1, 1, 1)",
            (PROJECT, USER),
        )
        db.executemany(
            "INSERT INTO conversations (id, title, project_id, created_by, created_at, updated_at, revision) VALUES (?, 'c', ?, ?, 1, 1, 1)",
            ((f"c{at:035x}", PROJECT, USER) for at in range(count // 100 + 1)),
        )
        db.executemany(
            "INSERT INTO messages (id, conversation_id, role, content, status, created_at) VALUES (?, ?, 'user', ?, 'complete', 1)",
            messages(),
        )
    return words


def _bare(file: Path, typed: str) -> float:
    with sqlite3.connect(file) as db:
        expression = " AND ".join(f'"{word}"' for word in typed.split()) + " *"
        return _ms(
            lambda: db.execute(
                "SELECT rowid FROM search_fts WHERE search_fts MATCH ? ORDER BY rowid DESC LIMIT 120",
                (f"body : ({expression})",),
            ).fetchall()
        )


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


async def _service(file: Path, typed: list[str]) -> list[float]:
    services = make_services(Settings(database_url=f"sqlite+aiosqlite:///{file}", secret_key="0" * 64))
    principal = Principal(USER, "admin", "", 2**62, {PROJECT: "admin"}, PROJECT)
    search, times = services.get(Search), list[float]()
    for one in [typed[0], *typed]:
        begun = time.perf_counter()
        await search.find(principal, one, None, 6)
        times.append((time.perf_counter() - begun) * 1e3)
    await services.http.aclose()
    await services.db.close()
    return times[1:]
