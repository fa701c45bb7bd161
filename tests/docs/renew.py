"""Write what the commands print now into the pages, where it is not what they show.

    .venv/bin/python -m tests.docs.renew docs/instructor.md

An output that was shortened by a line `...` and no longer fits is written out: shorten it anew.
"""

import sys
import tempfile
from pathlib import Path

from tests.docs.pages import ROOT, normal, same
from tests.docs.sittings import sitting


def renew(page: Path) -> None:
    """Run the page's commands and put their outputs into it."""
    with tempfile.TemporaryDirectory() as course, tempfile.TemporaryDirectory() as home:
        folder, own = Path(course).resolve(), Path(home).resolve()
        lines = page.read_text(encoding="utf-8").splitlines()
        for command, code, said in reversed(sitting(page, folder, own)):
            printed = normal(said, folder, own)
            if code:
                print(f"{command}\nfailed with code {code}:\n{printed}", file=sys.stderr)
            elif not same(normal(command.shown), printed):
                shown = len(command.shown.splitlines())
                lines[command.line : command.line + shown] = printed.rstrip("\n").splitlines()
                print(f"renewed {command}")
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        renew((ROOT / name).resolve())
