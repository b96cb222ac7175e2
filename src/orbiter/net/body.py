"""An answer whose body is read as it comes: decoded, counted, and cut into lines."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping

import httpcore

from orbiter.net.errors import HttpConnectionError, ResponseTooLargeError

MAX_LINE_BYTES = 1_000_000
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_STEP_BYTES = 256 * 1024
_CODINGS = {"gzip": _GZIP_OR_ZLIB, "x-gzip": _GZIP_OR_ZLIB, "deflate": _GZIP_OR_ZLIB}


class GuardedStream:
    """A body within `max_bytes` after decoding. It can be read once, by `lines`, `read` or `read_all`."""

    def __init__(self, status: int, headers: Mapping[str, str], raw: AsyncIterable[bytes], max_bytes: int) -> None:
        self.status = status
        self.headers = headers
        self._raw = raw
        self._max_bytes = max_bytes
        self._seen = 0
        length = headers.get("content-length", "")
        if length.isdigit() and len(length) < 20 and int(length) > max_bytes:
            raise self._too_large()

    async def lines(self) -> AsyncIterator[str]:
        """Each line as it comes, without its end. Bytes that are not UTF-8 become U+FFFD."""
        parts: list[bytes] = []
        held = 0
        async for chunk in self._chunks():
            if b"\n" not in chunk:
                parts.append(chunk)
                held += len(chunk)
                _check_line(held)
                continue
            *whole, rest = (b"".join(parts) + chunk).split(b"\n") if parts else chunk.split(b"\n")
            for line in whole:
                _check_line(len(line))
                yield line.removesuffix(b"\r").decode("utf-8", "replace")
            parts, held = ([rest], len(rest)) if rest else ([], 0)
        if held:
            yield b"".join(parts).removesuffix(b"\r").decode("utf-8", "replace")

    async def read(self, limit_bytes: int) -> bytes:
        """At most `limit_bytes`; the rest is left unread."""
        found = bytearray()
        async for chunk in self._chunks():
            found += chunk
            if len(found) >= limit_bytes:
                break
        return bytes(found[:limit_bytes])

    async def read_all(self) -> bytes:
        return b"".join([chunk async for chunk in self._chunks()])

    def _chunks(self) -> AsyncIterator[bytes]:
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("", "identity"):
            return self._plain()
        wbits = _CODINGS.get(encoding)
        if wbits is None:
            raise HttpConnectionError("The answer is packed in a way that was not asked for.", retryable=False)
        return self._unpacked(_Unpacker(wbits))

    async def _plain(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._raw:
                self._count(len(chunk))
                yield chunk
        except httpcore.RemoteProtocolError:
            raise HttpConnectionError("The answer was cut off or broken on its way. Try again.") from None

    async def _unpacked(self, unpacker: _Unpacker) -> AsyncIterator[bytes]:
        async for chunk in self._plain():
            for piece in unpacker.pieces(chunk):
                self._count(len(piece))
                yield piece

    def _count(self, size: int) -> None:
        self._seen += size
        if self._seen > self._max_bytes:
            raise self._too_large()

    def _too_large(self) -> ResponseTooLargeError:
        return ResponseTooLargeError(f"The answer is larger than {self._max_bytes} bytes. Ask for less.")


def _check_line(size: int) -> None:
    if size > MAX_LINE_BYTES:
        raise ResponseTooLargeError(f"One line of the answer is longer than {MAX_LINE_BYTES} bytes.")


class _Unpacker:
    """Unpacks in bounded steps, so that a bomb is counted before it fills memory."""

    def __init__(self, wbits: int) -> None:
        self._engine = zlib.decompressobj(wbits)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        pending = data
        while pending:
            try:
                yield self._engine.decompress(pending, _STEP_BYTES)
            except zlib.error:
                raise HttpConnectionError("The answer is packed wrongly and cannot be read.") from None
            pending = self._engine.unconsumed_tail
