"""axe-core over a part of a page: what is serious or critical, a line each."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
_GRAVE = {"serious", "critical"}


def grave_faults(
    page: Page, *scope: str, but_not: Sequence[str] = (), rules_off: Sequence[str] = ()
) -> list[str]:
    """Violations within the elements that the selectors of `scope` find, or on the whole page.

    Raises AssertionError where a selector of `scope` finds nothing, because then nothing would be
    looked at.
    """
    for selector in scope:
        assert page.locator(selector).count(), f"nothing on the page is {selector}"
    context = {"include": [[s] for s in scope or ("html",)], "exclude": [[s] for s in but_not]}
    options = {
        "resultTypes": ["violations"],  # of what passes one element per rule: all take longest
        "rules": {rule: {"enabled": False} for rule in rules_off},
    }
    found = _AXE.run(page, context=context, options=options).response
    assert found["passes"], "axe-core found nothing to look at"
    return [
        f"{fault['impact']}: {fault['id']} at {node['target']}: {node['html'][:160]}"
        for fault in found["violations"]
        if fault["impact"] in _GRAVE
        for node in fault["nodes"]
    ]
