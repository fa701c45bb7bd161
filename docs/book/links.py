"""Check the links of built pages without a network: every file and every anchor they name exists,
and nothing a page needs comes from elsewhere."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_NEEDED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
_NOT_LOADED = {"canonical", "next", "prev", "search", "index", "author", "edit"}


class _Page(HTMLParser):
    """The anchors of a page, where it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {value for key in ("id", "name") if (value := found.get(key))}
        if name := found.get("data-name"):  # a living diagram, which links set
            self.anchors.add(f"explore={name}")
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        address = found.get(_NEEDED.get(tag, ""))
        if address:
            loaded = not _NOT_LOADED & set(str(found.get("rel", "")).split())
            (self.loads if loaded else self.links).append(address)


def faults(site: Path) -> Iterator[str]:
    """Yield a sentence for each link that leads nowhere and each thing loaded from elsewhere."""
    found = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    pages = {path.resolve(): _Page(path.read_text()) for path in found}
    if not pages:
        yield f"no page in {site}"
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        for address in page.loads:
            parts = urlsplit(address)
            if parts.netloc or parts.scheme not in ("", "data"):
                yield f"{name} loads {address} from elsewhere"
        for address in page.links + page.loads:
            if fault := _leads_nowhere(address, path, pages):
                yield f"{name}: {address}: {fault}"


def _leads_nowhere(address: str, path: Path, pages: dict[Path, _Page]) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""  # another site: not looked at, there is no network here
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    if not target.exists():
        return "no such file"
    anchor = unquote(parts.fragment).partition("&")[0]
    if anchor and target in pages and anchor not in pages[target].anchors:
        return "no such anchor"
    return ""
