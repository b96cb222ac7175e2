"""Makes a small complete domain: a thing of a project that people make, read, change, delete, restore and find.

Usage: python -m scripts.new_domain NAME ROW [THING] [SCOPE]      (`make new-domain name=… row=…`)

NAME is the package, ROW its row of the architecture (3 to 9), THING what one of its things is called (without it: NAME
without the `s`), SCOPE what an API key needs for changes (without it: `projects:write`). Nothing is written when anything
of it cannot be. What is written is a beginning that passes every gate; `docs/how-to/add-a-rest-domain.md` goes on from it.
"""

from __future__ import annotations

import ast
import datetime as dt
import keyword
import re
import subprocess
import sys
from pathlib import Path
from string import Template

import msgspec

from orbiter_api.security.scopes import SCOPES

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "domain"
ROWS = range(3, 10)
"""Things of a project stand above the projects."""
DEFAULT_SCOPE = "projects:write"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
ELSEWHERE = {"test", "conftest", "migration"}
CONTRACT = """
[importlinter:contract:private-{domain}]
name = {domain}: only its public surface is importable
type = protected
protected_modules =
    orbiter_api.domains.{domain}.models
    orbiter_api.domains.{domain}.repository
    orbiter_api.domains.{domain}.controllers
    orbiter_api.domains.{domain}.manifest
allowed_importers =
    orbiter_api.domains.{domain}
"""


class RefusedError(Exception):
    """What is wrong, and what to do."""


class Wanted(msgspec.Struct, frozen=True):
    domain: str
    row: int
    thing: str
    scope: str = DEFAULT_SCOPE

    @property
    def things(self) -> str:
        if self.thing.endswith(("s", "x", "ch", "sh")):
            return f"{self.thing}es"
        return f"{self.thing[:-1]}ies" if re.search(r"[^aeiou]y\Z", self.thing) else f"{self.thing}s"

    def words(self, head: str) -> dict[str, str]:
        """What stands for each `$name` of a template."""
        word, plural = self.thing.replace("_", " "), self.things.replace("_", " ")
        return {
            "domain": self.domain, "row": str(self.row), "scope": self.scope, "head": head,
            "thing": self.thing, "things": self.things, "Thing": camel(self.thing), "Things": camel(self.things),
            "word": word, "plural_words": plural, "Plural_words": plural.capitalize(),
            "a_word": f"{'an' if word[0] in 'aeiou' else 'a'} {word}",
            "path": self.things.replace("_", "-"), "key": self.thing.replace("_", ""),
        }  # fmt: skip


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def wanted(arguments: list[str]) -> Wanted:
    name, row, thing, scope = [*arguments, "", "", "", ""][:4]
    if not name or not row:
        raise RefusedError("Say its name and its row: make new-domain name=notes row=5 [thing=note] [scope=…]")
    thing = thing or name.removesuffix("s")
    for one in (name, thing):
        if not NAME.match(one) or keyword.iskeyword(one):
            raise RefusedError(f"{one!r} cannot be a module's name: use small letters, digits and single underscores.")
    if not row.isdigit() or int(row) not in ROWS:
        raise RefusedError(f"The row is a number from {ROWS[0]} to {ROWS[-1]}: see docs/how-to/add-a-rest-domain.md.")
    if scope and scope not in SCOPES:
        raise RefusedError(f"There is no scope {scope!r}. Choose one of {', '.join(SCOPES)}.")
    return Wanted(name, int(row), thing, scope or DEFAULT_SCOPE)


def files(root: Path, want: Wanted) -> dict[Path, str]:
    """Every new file of the domain."""
    words = want.words(newest_migration(root))
    texts = {path.name.removesuffix(".py.txt"): path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.txt"))}
    folder, tests = root / "src/orbiter_api/domains" / want.domain, root / "tests/domains" / want.domain
    day = dt.datetime.now(dt.UTC).strftime("%Y_%m_%d")
    places = {name: folder / f"{name}.py" for name in texts if name not in ELSEWHERE} | {
        "test": tests / f"test_{want.things}.py",
        "conftest": tests / "conftest.py",
        "migration": root / "alembic/versions" / f"{day}_{want.domain}.py",
    }
    return {places[name]: Template(text).substitute(words) for name, text in texts.items()}


def newest_migration(root: Path) -> str:
    """The revision after which none comes."""
    said = [constants(path.read_text("utf-8")) for path in (root / "alembic/versions").glob("*.py")]
    heads = {one["revision"] for one in said} - {one["down_revision"] for one in said}
    if len(heads) != 1:
        raise RefusedError(
            f"The migrations have {len(heads)} ends ({', '.join(sorted(heads))}). Make them one line first."
        )
    return heads.pop()


def constants(text: str) -> dict[str, str]:
    assigned = (node for node in ast.parse(text).body if isinstance(node, ast.Assign))
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in assigned
            if ast.unparse(node.targets[0]) in {"revision", "down_revision"}}  # fmt: skip


def edits(root: Path, want: Wanted) -> dict[Path, str]:
    """Files that are there already, as they are to be."""
    notes, linter, walk = root / "alembic/NOTES.md", root / ".importlinter", root / "tests/app/test_isolation.py"
    paragraph = f"- `{want.domain}`: {want.things.replace('_', ' ')} of projects, and the triggers that index them.\n"
    return {
        notes: notes.read_text("utf-8") + paragraph,
        linter: with_contract(linter.read_text("utf-8"), want),
        walk: with_thing(walk.read_text("utf-8"), want),
    }


def with_contract(text: str, want: Wanted) -> str:
    """The domain in its row, unless it stands there already, and its own contract."""
    tiers = re.search(r"contract:domain-tiers\].*?layers =\n((?:    [^\n]*\n)+)", text, re.DOTALL)
    if tiers is None:
        raise RefusedError(".importlinter has no contract domain-tiers with its layers: put it back first.")
    lines = tiers[1].splitlines()
    here = len(lines) - want.row
    stands = [index for index, line in enumerate(lines) if f"({want.domain})" in line]
    if stands and stands != [here]:
        raise RefusedError(
            f"{want.domain} stands in row {len(lines) - stands[0]} of .importlinter. Say that row, or move it."
        )
    if not stands:
        lines[here] += f" | ({want.domain})"
    changed = "".join(f"{line}\n" for line in lines)
    return text[: tiers.start(1)] + changed + text[tiers.end(1) :] + CONTRACT.format(domain=want.domain)


def with_thing(text: str, want: Wanted) -> str:
    """The walk over every route makes one of the things, and one that is deleted."""
    begin = "MADE_BY_ONE_POST: dict[str, tuple[str, dict[str, Any]]] = {\n"
    if begin not in text:
        raise RefusedError("tests/app/test_isolation.py has no MADE_BY_ONE_POST: put it back first.")
    path = want.things.replace("_", "-")
    return text.replace(begin, f'{begin}    "{want.thing}_id": ("/{path}", {{"name": "Mine"}}),\n')


def make(root: Path, want: Wanted) -> list[Path]:
    """Writes the domain below `root` and says which files are new or other."""
    new = files(root, want)
    taken = [path for path in new if path.exists()] + [path for path in {p.parent for p in new} if occupied(path, want)]
    if taken:
        raise RefusedError(
            f"{taken[0].relative_to(root)} is there already. Choose another name, or move it away first."
        )
    texts = new | edits(root, want)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    tidy(list(texts))
    return list(texts)


def occupied(folder: Path, want: Wanted) -> bool:
    return folder.name == want.domain and folder.exists() and any(folder.glob("*.py"))


def tidy(paths: list[Path]) -> None:
    """The order of imports and the breaks of lines depend on how long the names are."""
    ruff, python = Path(sys.executable).with_name("ruff"), [str(path) for path in paths if path.suffix == ".py"]
    for command in (["check", "--quiet", "--fix", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([ruff, *command, *python], cwd=ROOT, check=True)  # noqa: S603


def main(arguments: list[str]) -> int:
    try:
        written = make(ROOT, wanted(arguments))
    except RefusedError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    for path in written:
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
