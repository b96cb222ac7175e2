"""What an agent has said and done so far, in the order in which a reader sees it."""

from __future__ import annotations

from orbiter.models.base import JSON, ModelResponse, ReasoningPart, TextPart


class Transcript:
    """Grows while a run goes on; `output()` is valid at any moment, so a stopped run keeps what was there."""

    def __init__(self) -> None:
        self.parts: list[dict[str, JSON]] = []
        self._open: dict[str, str] = {"reasoning": "", "text": ""}

    def delta(self, kind: str, text: str) -> None:
        """A piece of the answer that is being streamed."""
        self._open[kind] += text

    def discard_open(self) -> None:
        """Forget the streamed pieces: the attempt failed, or its whole answer comes now."""
        self._open = {"reasoning": "", "text": ""}

    def add(self, response: ModelResponse) -> None:
        self.discard_open()
        for part in response.message.content:
            if isinstance(part, TextPart | ReasoningPart) and part.text:
                self._append("text" if isinstance(part, TextPart) else "reasoning", part.text)

    def _append(self, kind: str, text: str) -> None:
        self.parts.append({"type": kind, "text": text})

    def tool(self, part: dict[str, JSON]) -> None:
        """A call as it is shown; the caller adds its result to the same dict."""
        self.parts.append(part)

    @property
    def open_text(self) -> str:
        return self._open["text"]

    def output(self, finish_reason: str) -> dict[str, JSON]:
        parts = list(self.parts)
        parts += [{"type": kind, "text": text} for kind, text in self._open.items() if text]
        said = [str(part["text"]) for part in parts if part["type"] == "text"]
        return {"text": said[-1] if said else "", "finish_reason": finish_reason, "parts": parts}
