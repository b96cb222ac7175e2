"""A counting sink: the outside world that a tool writes to, which remembers every write by its Idempotency-Key."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Sink:
    """Use as `with Sink() as sink`. `writes` holds (Idempotency-Key, body) in order of arrival.

    While `open` is clear a write is counted but not answered, as by a slow service.
    """

    def __init__(self) -> None:
        self.writes: list[tuple[str, str]] = []
        self.open = threading.Event()
        self.open.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def counts(self, run_id: str) -> Counter[str]:
        """How often each key of the run was seen."""
        return Counter(key for key, _ in list(self.writes) if key.startswith(f"{run_id}:"))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                with suppress(ConnectionError):  # the writer was killed
                    super().handle()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                sink.writes.append((self.headers.get("idempotency-key", ""), body))
                sink.open.wait(60)
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: object) -> None:
                """Tests ask `writes` instead."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
