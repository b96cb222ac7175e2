"""A bound on what a connection may send before its request's head is complete."""

from __future__ import annotations

from typing import Any

MAX_HEAD_BYTES = 64 * 1024


def http_protocol() -> Any:
    """For uvicorn's `http`. Its fast parser keeps headers of any size, and that before anybody has signed in; the slow
    one, which stands in where the fast one is not installed, has a bound of its own."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "auto"

    class BoundedHead(HttpToolsProtocol):
        unread = 0
        """Bytes since the last part of a body or the end of a head: a head's, or those of a trailer."""

        def data_received(self, data: bytes) -> None:
            self.unread += len(data)
            super().data_received(data)
            if self.unread > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response(f"The head of the request is larger than {MAX_HEAD_BYTES} bytes.")

        def on_headers_complete(self) -> None:
            self.unread = 0
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self.unread = 0
            super().on_body(body)

    return BoundedHead
