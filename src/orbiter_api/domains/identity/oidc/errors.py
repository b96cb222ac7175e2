"""Why a sign-in through the provider did not end in a session. The browser is sent back with the code alone; the page
has the sentence."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "off",
    "unreachable",
    "refused",
    "expired",
    "invalid",
    "unverified",
    "no_account",
    "exists",
    "disabled",
    "taken",
    "setup",
    "invite_gone",
    "other_email",
]


class OidcRefusedError(Exception):
    """`detail` is for the log and the audit log; it never holds a token, a code or a secret."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason: Reason = reason
