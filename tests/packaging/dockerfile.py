"""Reads a Dockerfile: its stages, and in each what is copied and what is run."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec


class Step(msgspec.Struct, frozen=True):
    word: str
    rest: str


class Stage(msgspec.Struct, frozen=True):
    image: str
    name: str
    steps: list[Step]

    def all(self, word: str) -> list[str]:
        return [step.rest for step in self.steps if step.word == word]


def read(path: Path) -> list[Stage]:
    text = re.sub(r"\\\n\s*", " ", path.read_text())
    stages: list[Stage] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stages.append(Stage(image, name, []))
        else:
            stages[-1].steps.append(Step(word, rest.strip()))
    return stages


class Copy(msgspec.Struct, frozen=True):
    stage: str | None
    """The stage that it is copied from; None for the folder of the project."""
    sources: list[str]
    target: str

    @classmethod
    def of(cls, rest: str) -> Copy:
        words = rest.split()
        stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
        return cls(stage, words[:-1], words[-1])
