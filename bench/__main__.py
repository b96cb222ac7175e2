"""`make bench`, or `python -m bench [names] [--quick] [--json FILE]`: measure and say which targets are met."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.cases import CASES
from bench.cases.setting import FULL, QUICK, TINY, Setting
from bench.figures import Figure
from bench.machine import described

_SIZES = {"full": FULL, "quick": QUICK, "tiny": TINY}


class Report(msgspec.Struct):
    """What `--json` writes."""

    date: str
    machine: str
    size: str
    figures: dict[str, list[Figure]]


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    report = Report(dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), described(), given.size, {})
    print(f"{report.date}  {report.machine}  ({report.size})", flush=True)
    for name in given.names or CASES:
        report.figures[name] = CASES[name](Setting(_SIZES[given.size]))
        for figure in report.figures[name]:
            print(figure.line(), flush=True)
    if given.json is not None:
        given.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"which ones; all when none is named: {', '.join(CASES)}"
    )
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", dest="size", action="store_const", const="quick", help="fewer and shorter rounds")
    sizes.add_argument("--tiny", dest="size", action="store_const", const="tiny", help="only see that everything works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.set_defaults(size="full")
    return parser


if __name__ == "__main__":
    sys.exit(main())
