"""Orbiter's built-in demo model: fixed rules, no key, no network, no cost; the same request gives the same answer.

What it understands:

- `call <tool> {json}`, `use <tool> with {json}` and `<tool>(name=value, ...)` call a tool, known to the agent or not.
  Several are called at once; `then` between two puts the second in the next turn; `3 times` behind one repeats it turn
  by turn, `3 times in parallel` in the same turn.
- In plain words: a tool that is named ("use the calculator"), a calculation, a time or date that is asked for, an
  address to read. What the tool needs is looked for in the prompt: an expression, a place, an address, a quoted text.
- `say <n> words` gives a long answer; a sentence that begins with `reason` or `think` makes it reason first.
- Without tools: help, echo, summaries, headings and counts of a pasted text, and what was said before.
- With an output schema it answers with JSON that fits the schema, filled from the prompt where that is easy.
"""

from orbiter.models.demo.client import DEMO_MODELS, DemoClient

__all__ = ["DEMO_MODELS", "DemoClient"]
