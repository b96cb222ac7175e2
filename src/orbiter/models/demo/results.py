"""What the demo model says about the results of tools."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from orbiter.models.base import JSON
from orbiter.models.demo.natural import kind_of
from orbiter.models.demo.strings import first_sentences
from orbiter.models.demo.turn import Answered

MAX_ROWS = 10
MAX_COLUMNS = 6
MAX_CELL = 120
MAX_BLOCK = 2_000

_VALUE_NAMES = ("result", "value", "answer", "output")
_LIST_NAMES = ("matches", "results", "items", "rows")
_TIME_NAMES = ("iso", "datetime", "time", "now", "local", "date")


def tell(answered: Sequence[Answered]) -> str:
    """One paragraph for each result, in the order of the calls."""
    return "\n\n".join(map(_tell_one, answered))


def _tell_one(answer: Answered) -> str:
    if answer.is_error:
        return f"`{answer.name}` failed: {_plain(_error_text(answer.output))}"
    kinds = {kind_of(name): value for name, value in answer.arguments.items() if isinstance(value, str)}
    value = _inner(answer.output)
    if "expression" in kinds and isinstance(value, int | float | str):
        return f"{_plain(kinds['expression'])} is **{_number(value)}**."
    if moment := _moment(answer.output):
        return _tell_time(moment, answer)
    if "url" in kinds:
        return _tell_page(kinds["url"], answer.output)
    return _tell_any(answer.name, value)


def _error_text(output: JSON) -> str:
    fields = _fields(output)
    found = next((fields[name] for name in ("message", "error", "detail") if fields.get(name)), None)
    return str(output) if found is None else _error_text(found)


def _inner(output: JSON) -> JSON:
    """The one value or list that an object holds under a usual name, else `output`."""
    fields = _fields(output)
    values = [fields[name] for name in _VALUE_NAMES if _is_scalar(fields.get(name, {}))]
    lists = [fields[name] for name in _LIST_NAMES if isinstance(fields.get(name), list)]
    return next(iter(values + lists), output)


def _fields(value: JSON, name: str = "") -> dict[str, Any]:
    """`value` if it is an object; else an object that holds it as `name`, or an empty one."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    return {name: value} if name else {}


def _is_scalar(value: JSON) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _number(value: float | str) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _plain(str(value))


def _moment(output: JSON) -> datetime | None:
    fields = _fields(output, "iso")
    for text in (fields.get(name) for name in _TIME_NAMES):
        if isinstance(text, str) and re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                continue
    return None


def _tell_time(moment: datetime, answer: Answered) -> str:
    fields = _fields(answer.output)
    named = next((text for text in (*answer.arguments.values(), fields.get("timezone")) if isinstance(text, str)), "")
    zone = named or moment.strftime("%Z")
    place = f" ({_plain(zone)})" if zone else ""
    return f"It is **{moment:%H:%M}** on {moment:%A}, {moment.day} {moment:%B %Y}{place}."


def _tell_page(url: str, output: JSON) -> str:
    fields = _fields(output, "text")
    title = next(
        (fields[name] for name in ("title", "name") if isinstance(fields.get(name), str) and fields[name]), url
    )
    names = ("text", "content", "markdown", "body")
    text = next((fields[name] for name in names if isinstance(fields.get(name), str) and fields[name]), "")
    if not text:
        return _tell_any("web_fetch", output)
    return f"**{_plain(title)}** begins like this:\n\n{_quote(first_sentences(text, 2))}"


def _tell_any(name: str, value: JSON) -> str:
    if _is_scalar(value) and len(str(value)) <= MAX_CELL and "\n" not in str(value):
        return f"`{name}` returned **{_cell(value)}**."
    if isinstance(value, str):
        return f"`{name}` returned:\n\n{_quote(first_sentences(value, 5))}"
    if isinstance(value, list) and len(values := cast("list[Any]", value)) <= MAX_ROWS and all(map(_is_scalar, values)):
        return f"`{name}` returned {', '.join(f'**{_cell(one)}**' for one in values) or 'nothing'}."
    table = _table(value)
    return f"`{name}` returned:\n\n{table or _block(value)}"


def _table(value: JSON) -> str:
    """`value` as a Markdown table: a list of flat objects, or one flat object; empty where it is neither."""
    if _is_flat(value):
        fields = cast("dict[str, Any]", value)
        return _rows(["name", "value"], [[key, field] for key, field in fields.items()])
    if isinstance(value, list) and value and all(map(_is_flat, cast("list[Any]", value))):
        rows = cast("list[dict[str, Any]]", value)
        names = list(dict.fromkeys(name for row in rows for name in row))[:MAX_COLUMNS]
        return _rows(names, [[row.get(name) for name in names] for row in rows])
    return ""


def _is_flat(value: JSON) -> bool:
    fields = _fields(value)
    return bool(fields) and all(map(_is_scalar, fields.values()))


def _rows(head: Sequence[str], rows: Sequence[Sequence[JSON]]) -> str:
    lines = [head, ["---"] * len(head), *rows[:MAX_ROWS]]
    text = "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
    more = len(rows) - MAX_ROWS
    return f"{text}\n\n… and {more} more." if more > 0 else text


def _cell(value: JSON) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    text = _plain(text).replace("|", "\\|")
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def _block(value: JSON) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    text = text if len(text) <= MAX_BLOCK else text[:MAX_BLOCK] + "\n…"
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}json\n{text}\n{fence}"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
