"""Security headers, on every response that leaves the server."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

Header = tuple[bytes, bytes]


def script_hashes(page: str) -> list[str]:
    """CSP sources for the scripts written inside the page: the one that sets the theme before the first paint."""
    inline = [found["code"] for found in _INLINE_SCRIPT.finditer(page) if "src=" not in found["attributes"]]
    return [source_hash(code) for code in inline]


def source_hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def page_policy(page: str) -> str:
    """The Content-Security-Policy of the SPA: its own files, and the inline script with exactly this content."""
    scripts = " ".join(["'self'", *script_hashes(page)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For whatever is no page: a browser that opens it as one finds nothing it may do."""


class SecurityHeaders:
    """`page` is the SPA's index.html; empty when the SPA is not built."""

    def __init__(self, page: str) -> None:
        self._page_policy = page_policy(page).encode()
        self._always: tuple[Header, ...] = (
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", _PERMISSIONS.encode()),
        )

    def added_to(self, headers: Iterable[Header], *, api: bool, secure: bool, unchanged: bool = False) -> list[Header]:
        """`headers` with ours; what a handler set itself stays.

        `unchanged` (304): a browser puts these headers over those it has stored, and without a content type nobody
        knows here whether that is a page. So the stored policy stays.
        """
        result = [(name.lower(), value) for name, value in headers]
        present = {name for name, _ in result}
        html = any(name == b"content-type" and value.startswith(b"text/html") for name, value in result)
        ours = [*self._always]
        if not unchanged:
            ours.append((b"content-security-policy", self._page_policy if html else NOTHING_POLICY.encode()))
        if api:
            ours.append((b"cache-control", b"no-store"))
        if secure:
            ours.append((b"strict-transport-security", b"max-age=31536000"))
        return result + [header for header in ours if header[0] not in present]
