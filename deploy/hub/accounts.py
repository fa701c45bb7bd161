"""Different people are different users of the system; a trial leaves no account behind on it.

The accounts stand in the state's own copies of /etc/passwd and /etc/group, which lie over the
machine's behind the hub's walls.
"""

import pwd
from pathlib import Path

from deploy.hub.errors import HubError
from deploy.hub.places import COURSE, GRADER, HOMES, PROXY_USER
from deploy.hub.settings import Settings

IDS = range(60_600, 61_184)
"""Ids that neither Debian nor systemd gives to anybody."""


def write_accounts(state: Path, settings: Settings, etc: Path = Path("/etc")) -> None:
    """Write passwd and group into `state`/accounts: the machine's, and the hub's own after them.

    An account keeps its number from one start to the next, also while it is not in the settings.
    Raises HubError where a name is taken on the machine, or there are no numbers left.
    """
    folder = state / "accounts"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    numbers = _numbers(folder / "numbers")
    machine = _names(etc / "passwd")
    wanted = [GRADER, PROXY_USER, *settings.instructors, *settings.students]
    taken = set(_names(etc / "passwd").values()) | set(_names(etc / "group").values())
    for name in wanted:
        if name in machine:
            raise HubError(
                f"{name} is an account of this machine already; remedy: another name in hub.toml, "
                'or accounts = "system" to use the machine\'s accounts'
            )
        if name not in numbers:
            free = (k for k in IDS if k not in taken and k not in numbers.values())
            numbers[name] = next(free, 0) or _no_more()
    _write(folder / "numbers", "".join(f"{name}:{k}\n" for name, k in numbers.items()))
    people = "".join(
        f"{name}:x:{numbers[name]}:{numbers[name]}::{_home(name)}:{_shell(name)}\n"
        for name in wanted
    )
    groups = "".join(f"{name}:x:{numbers[name]}:\n" for name in wanted)
    _write(folder / "passwd", (etc / "passwd").read_text() + people)
    _write(folder / "group", (etc / "group").read_text() + groups)


def require_accounts(people: tuple[str, ...]) -> None:
    """Raise HubError where the machine has not the accounts that the settings count on."""
    known = {account.pw_name for account in pwd.getpwall()}
    service = [name for name in (GRADER, PROXY_USER) if name not in known]
    if service:
        raise HubError(
            f"this machine has no account {' or '.join(service)}; remedy: "
            "sudo systemd-sysusers deploy/systemd/recurrent-cells.conf"
        )
    for name in people:
        if name not in known:
            try:
                pwd.getpwnam(name)  # a directory service need not list everybody
            except KeyError:
                raise HubError(
                    f"this machine has no account {name}; remedy: sudo adduser {name}"
                ) from None


def _home(name: str) -> Path:
    return {GRADER: COURSE, PROXY_USER: Path("/nonexistent")}.get(name, HOMES / name)


def _shell(name: str) -> str:
    return "/usr/sbin/nologin" if name == PROXY_USER else "/bin/bash"


def _numbers(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    lines = (line.split(":") for line in path.read_text().splitlines())
    return {name: int(number) for name, number in lines}


def _names(path: Path) -> dict[str, int]:
    rows = (line.split(":") for line in path.read_text().splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdigit()}


def _no_more() -> int:
    raise HubError(f"the hub has {len(IDS)} numbers for accounts of its own, and all are taken")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
