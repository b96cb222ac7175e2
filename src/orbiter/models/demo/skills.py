"""What the demo model can do without a tool. Each skill looks at the turn and answers, or passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import cycle, islice

from orbiter.models.demo.natural import unmet
from orbiter.models.demo.strings import first_sentences
from orbiter.models.demo.turn import Turn, properties, required

MAX_WORDS = 20_000

_SAY = re.compile(r"\b(?:say|write|give\s+me)\s+(?P<count>\d{1,6})\s+words\b", re.IGNORECASE)
_HELP = re.compile(r"^\W*help\W*$|\bwhat\s+can\s+you\s+do\b|\bwhat\s+are\s+you\b|\bwho\s+are\s+you\b", re.IGNORECASE)
_HELLO = re.compile(r"^\W*(?:hi|hello|hey|good\s+(?:morning|evening|afternoon))\b.{0,40}$", re.IGNORECASE)
_ECHO = re.compile(r"^\s*(?:echo|repeat(?:\s+after\s+me)?|say)\s*:?\s+(?P<text>\S.*)$", re.IGNORECASE | re.DOTALL)
_SUMMARISE = re.compile(r"\b(?:summari[sz]e|summary|tl;?dr)\b", re.IGNORECASE)
_HEADINGS = re.compile(r"\b(?:headings?|outline|table\s+of\s+contents)\b", re.IGNORECASE)
_COUNT = re.compile(r"\bcount\b.{0,30}\bwords\b|\bhow\s+many\s+words\b|\bword\s+count\b", re.IGNORECASE)
_EARLIER = re.compile(
    r"\bwhat\s+did\s+I\s+(?:just\s+)?(?:say|ask|write)\b|\bmy\s+(?:last|previous|first)\s+(?:message|question)\b",
    re.IGNORECASE,
)
_MY_NAME = re.compile(r"\bwhat(?:['\u2019]s|\s+is)\s+my\s+name\b|\bwho\s+am\s+I\b", re.IGNORECASE)
_NAME = re.compile(r"\b(?:my\s+name\s+is|I\s+am\s+called|call\s+me)\s+(?P<name>[^\s,.;:!?]{1,60})", re.IGNORECASE)
_RULES = re.compile(r"\bwhat\s+are\s+your\s+(?:instructions|rules)\b|\byour\s+system\s+prompt\b", re.IGNORECASE)

_LINE = (
    "I am Orbiter's built-in demo model and these words come from a fixed list, one after another, so that a long"
    " answer can be watched, stopped and counted."
)


def say_words(turn: Turn) -> str | None:
    """Exactly the number of words asked for, at most 20,000."""
    match = _SAY.search(turn.focus)
    return " ".join(islice(cycle(_LINE.split()), min(int(match["count"]), MAX_WORDS))) if match else None


def answer(turn: Turn) -> str:
    """The first skill that fits."""
    return next(text for skill in _SKILLS if (text := skill(turn)) is not None)


def _help(turn: Turn) -> str | None:
    if not _HELP.search(turn.focus):
        return None
    return "\n".join(["Here is what I can do:", "", *[f"- {line}" for line in _abilities(turn)]])


def _abilities(turn: Turn) -> Iterable[str]:
    for tool in turn.tools.values():
        yield f"Call `{tool.name}`: {first_sentences(tool.description, 1, 160)}"
    yield "Call any tool exactly: `call <tool> {json}`, several with *and* at once or with *then* one after another."
    yield "Work on a text that you paste: *summarise*, *list the headings*, *count the words*, *echo*."
    yield "Remember this conversation: *what did I say?*"
    yield "Stream a long answer: *say 200 words*. Begin a sentence with *reason* to see reasoning."


def _hello(turn: Turn) -> str | None:
    if not _HELLO.search(turn.prompt):
        return None
    return "Hello! Ask “what can you do?” to see what I understand."


def _unmet(turn: Turn) -> str | None:
    lines = [_lacks(turn, tool.name) for tool in unmet(turn)]
    return "\n\n".join(lines) or None


def _lacks(turn: Turn, name: str) -> str:
    tool = turn.tools[name]
    needed = required(tool)
    wanted = " and ".join(f"`{field}`" for field in needed) or "nothing"
    example = ", ".join(f'"{field}": …' for field in needed or list(properties(tool))[:1])
    return f"To use `{name}` I need {wanted}, which I did not find. Write it exactly: `call {name} {{{example}}}`."


def _rules(turn: Turn) -> str | None:
    if not _RULES.search(turn.focus):
        return None
    return f"My instructions begin: “{first_sentences(turn.instructions, 2)}”" if turn.instructions else "I have none."


def _earlier(turn: Turn) -> str | None:
    if _MY_NAME.search(turn.focus):
        names = [match["name"] for text in turn.earlier for match in _NAME.finditer(text[:5_000])]
        return f"Your name is {names[-1]}; you said so earlier." if names else "You have not told me your name."
    if not _EARLIER.search(turn.focus):
        return None
    if not turn.earlier:
        return "You have said nothing before this message."
    first = re.search(r"\bfirst\b", turn.focus, re.IGNORECASE)
    return f"You said: “{first_sentences(turn.earlier[0 if first else -1], 3)}”"


def _echo(turn: Turn) -> str | None:
    match = _ECHO.match(turn.prompt)
    return match["text"].strip() if match else None


def _summary(turn: Turn) -> str | None:
    if not _SUMMARISE.search(turn.focus):
        return None
    text = _pasted(turn, _SUMMARISE)
    return f"In short (its first sentences): {first_sentences(text, 3, 600)}" if text else _no_text("summarise")


def _headings(turn: Turn) -> str | None:
    if not _HEADINGS.search(turn.focus):
        return None
    found = re.findall(r"^(#{1,6})[ \t]+(\S[^\n]{0,200})$", turn.prompt, re.MULTILINE)
    lines = [f"{'  ' * (len(level) - 1)}- {title.strip()}" for level, title in found[:100]]
    return "\n".join(lines) or "I found no Markdown headings (lines that begin with #) in your message."


def _count(turn: Turn) -> str | None:
    if not _COUNT.search(turn.focus):
        return None
    text = _pasted(turn, _COUNT)
    return f"The text has {_size(text)}." if text else _no_text("count")


def _fallback(turn: Turn) -> str:
    if len(turn.prompt) > 1_000:
        return f"Your message has {_size(turn.prompt)}. It begins: “{first_sentences(turn.prompt, 1, 200)}”"
    said = f"You said: “{' '.join(turn.prompt.split())}”"
    if turn.earlier:
        said += f" Before that you said: “{first_sentences(turn.earlier[-1], 1, 200)}”"
    return f"{said}\n\nI cannot think about that. Ask “what can you do?” to see what I understand."


def _pasted(turn: Turn, wish: re.Pattern[str]) -> str:
    """The text that a wish is about: what follows its line or its colon, else the message before."""
    match = wish.search(turn.prompt)
    behind = turn.prompt[match.end() :] if match else ""
    parts = re.split(r":\s|\n", behind, maxsplit=1)
    if len(parts) > 1 and parts[1].strip():
        return parts[1].strip()
    before = turn.prompt[: match.start()].strip() if match else ""
    return before if len(before) > 100 else (turn.earlier[-1] if turn.earlier else "")


def _no_text(what: str) -> str:
    return f"I found no text to {what}. Paste it on a new line below your request."


def _size(text: str) -> str:
    return f"{len(text.split()):,} words, {len(text):,} characters and {len(text.splitlines()):,} lines"


_SKILLS: tuple[Callable[[Turn], str | None], ...] = (
    _help, _hello, _rules, _earlier, _count, _headings, _summary, _echo, _unmet, _fallback,
)  # fmt: skip
