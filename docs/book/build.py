"""Build the book into a folder: stage, build with warnings as errors, check every link.

    python docs/book/build.py build/book

The pages are then in build/book/html. Nothing is run and nothing is fetched.
"""

import sys
from pathlib import Path

from links import faults
from sphinx.cmd.build import build_main
from stage import stage


def build(folder: Path) -> int:
    """Return 0, or 1 when Sphinx warned or a link leads nowhere."""
    source, site = folder / "source", folder / "html"
    stage(source)
    options = ["-q", "-W", "--keep-going", "-n", "-j", "auto", "-d", str(folder / "doctrees")]
    if build_main([*options, "-b", "html", str(source), str(site)]):
        return 1
    found = list(faults(site))
    print("\n".join(found) or f"Every link within {site}/index.html and its pages leads somewhere.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1])))
