"""An OpenAPI document as one HTML page, without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin-top:2.5rem}details{border-top:1px solid #8886;padding:.5rem 0}summary{cursor:pointer}"
    "code,pre{font:14px/1.45 ui-monospace,monospace}"
    "pre{overflow:auto;padding:.75rem;border:1px solid #8886;border-radius:6px}"
    ".m{display:inline-block;min-width:4.5rem;font-weight:700}table{border-collapse:collapse}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
)
"""Named in the Content-Security-Policy by its hash."""
_METHODS = ("get", "post", "put", "patch", "delete")

Json = dict[str, Any]


def render_page(document: Json) -> bytes:
    """`document` as `OpenAPI.to_schema()` gives it."""
    info: Json = document["info"]
    title = f"{escape(info['title'])} API {escape(info['version'])}"
    head = f'<meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">'
    parts = [
        f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body><main><h1>{title}</h1>',
        f"<p>{escape(info.get('description', ''))}</p>",
        *_operations(document),
        "<h2>Types</h2>",
        *(_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())),
        "</main></body></html>",
    ]
    return "".join(parts).encode()


def _operations(document: Json) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation: Json = item[method]
                tag = (operation.get("tags") or ["Other"])[0]
                groups.setdefault(tag, []).append(_operation(path, method, operation))
    for tag, rendered in sorted(groups.items()):
        yield f"<h2>{escape(tag)}</h2>{''.join(rendered)}"


def _operation(path: str, method: str, operation: Json) -> str:
    head = f'<span class="m">{method.upper()}</span> <code>{escape(path)}</code> {escape(operation.get("summary", ""))}'
    body = "".join((_parameters(operation), _request(operation), _responses(operation)))
    return f"<details><summary>{head}</summary>{body}</details>"


def _parameters(operation: Json) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{parameter['in']}</td>"
        f"<td>{_kind(parameter.get('schema', {}))}</td><td>{escape(parameter.get('description', ''))}</td></tr>"
        for parameter in operation.get("parameters", [])
    )
    return f"<h3>Parameters</h3><table>{rows}</table>" if rows else ""


def _request(operation: Json) -> str:
    content: Json = operation.get("requestBody", {}).get("content", {})
    return "".join(f"<h3>Body</h3><p>{escape(kind)}: {_kind(media['schema'])}</p>" for kind, media in content.items())


def _responses(operation: Json) -> str:
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(response.get('description', ''))}</td>"
        f"<td>{_content(response)}</td></tr>"
        for status, response in sorted(operation.get("responses", {}).items())
    )
    return f"<h3>Answers</h3><table>{rows}</table>"


def _content(response: Json) -> str:
    return ", ".join(_kind(media.get("schema", {})) for media in response.get("content", {}).values())


def _kind(schema: Json) -> str:
    """A link to the type, or the type's name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for union in ("oneOf", "anyOf"):
        if union in schema:
            return " or ".join(_kind(part) for part in schema[union])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    kind: str | list[str] = schema.get("type", "any")
    return escape(kind if isinstance(kind, str) else " or ".join(kind))


def _schema(name: str, schema: Json) -> str:
    text = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    return f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary><pre>{text}</pre></details>'
